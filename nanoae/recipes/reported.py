"""What a finished run tells: figures over its cells, pictures, and the paper's figures beside ours."""
from typing import Any

from ..pictures import compared_curves, fold_curves, loss_curves
from ..trials import interval_figures

LOSSES = "train_loss", "validation_loss", "test_loss"


class Paper:
    """The paper's figures, with the settings and the data that they belong to: Paper({"test_loss": 0.0187}, "mnist",
    latent=48). data=None: any set."""

    def __init__(self, figures, data=None, **settings):
        self.figures, self.data, self.settings = figures, data, settings

    def is_of(self, settings, data_name):
        """Do these figures belong to a run with these settings on this set?"""
        return self.data in (None, data_name) and all(getattr(settings, name) == value
                                                      for name, value in self.settings.items())


class Reported:
    """The base of Recipe: what a recipe says of a run, `nanoae.trials.Run`, once it is finished."""

    titles: dict = {"": ""}    # {method: its name in pictures}, the paper's proposed method last
    paper: tuple = ()    # of Paper
    found: Paper | None = None    # what the paper's search came to
    unit: Any    # unit(s): what the loss is called in pictures

    def figures(self, run):
        """The run's figures: each method's METHOD_train_loss, _test_loss and those of its cells, means with intervals
        over its trials and folds."""
        found: dict = {}
        for method in run.trained:
            found |= self.figures_of(run, method)
        return found

    def figures_of(self, run, method):
        """The figures of one method's cells."""
        cells = run.finished(method)
        taken = [cell.summary["metrics"] for cell in cells]
        if method or len(cells) > 1:    # the losses of a run of one training stand in its summary
            losses_ = ({name: cell.summary[name] for name in LOSSES if cell.summary.get(name) is not None}
                       for cell in cells)
            taken = [first | second for first, second in zip(losses_, taken, strict=True)]
        found: dict = {}
        for kind in taken[0] if taken else ():
            name, values = f"{method}_{kind}" if method else kind, [figures[kind] for figures in taken]
            found |= interval_figures(name, values) if len(values) > 1 else {name: values[0]}
        return found

    def pictures(self, run):
        """Yields (file name, figure): losses.png."""
        unit = self.unit(run.settings)
        if len(run.trained) == 1:
            ((method, cell),) = run.trained.items()
            cells = run.finished(method)
            yield "losses.png", loss_curves(f"{run.title}: loss", cell.history, unit) if len(cells) < 2 else (
                fold_curves(f"{run.title}: loss over {len(cells)} trainings", [cell.history for cell in cells], unit))
        else:
            yield "losses.png", compared_curves(run.title, {self.titles[method]: cell.history for method, cell in
                                                            run.trained.items()}, unit)

    def texts(self, run, figures):
        """Yields (file name, text) of what else is written beside the pictures."""
        yield from ()

    def paper_figures(self, s, data_name):
        """What the paper gives for these settings on this set."""
        return next((paper.figures for paper in self.paper if paper.is_of(s, data_name)), {})
