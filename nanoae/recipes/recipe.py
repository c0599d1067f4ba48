"""What a recipe is: an object that answers what differs between systems. Everything else is inherited.

A recipe's file holds its settings and its class, and ends with its one object, `recipe = MnistAutoencoder()`. What a
method does here by default serves most.
"""
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from .. import losses
from ..data import Batches, load
from ..data.folds import Fold
from ..optim import make_optimizer
from ..pictures import compared_curves, fold_curves, loss_curves
from ..training import Fit, Seeds
from ..trials import Cell, interval_figures
from ..trials.opened import read_config
from .carry_out import carry_out
from .given import resumed
from .settings import Declared, Settings

ENCODER = "encoder"    # the method that trains an encoder for the others
LOSSES = "train_loss", "validation_loss", "test_loss"


@dataclass(frozen=True)
class Source:
    """Where a recipe's images come from: a real set, an embedded one, and the one shape that the network takes."""

    real: str
    embedded: str
    shape: tuple | None = None    # None: any


class Paper:
    """The paper's figures, with the settings and the data that they belong to: Paper({"test_loss": 0.0187}, "mnist",
    latent=48). data=None: any set."""

    def __init__(self, figures, data=None, **settings):
        self.figures, self.data, self.settings = figures, data, settings

    def is_of(self, settings, data_name):
        """Do these figures belong to a run with these settings on this set?"""
        return self.data in (None, data_name) and all(getattr(settings, name) == value
                                                      for name, value in self.settings.items())


class Recipe:
    """The base of all recipes. s: a Settings; a method: one of `titles`, "" where there is one network."""

    name: str
    about: str
    Settings: type[Settings]
    source: Source
    titles: dict = {"": ""}    # {method: its name in pictures}, the paper's proposed method last
    paper: tuple = ()    # of Paper
    test_size = 500    # images in a mini-batch of tests
    reduction = "mean"    # of the loss that is trained
    encoders: tuple = ()    # recipes whose encoder a setting `encoder` may name; (): any
    searched: tuple = ()    # the settings that a search varies, where it is not told
    found: Paper | None = None    # what the paper's search came to

    def check(self, s):
        """Raises ValueError for settings that cannot be."""
        s.check()
        self.methods(s)
        if getattr(s, "encoder", None) is not None:
            of = read_config(Path(s.encoder))["recipe"]
            if self.encoders and of not in self.encoders:
                raise ValueError(f"{s.encoder} is a run of {of}; {self.name} takes an encoder of "
                                 f"{' or '.join(self.encoders)}")

    def methods(self, s):
        """The methods that `--set methods=` chose."""
        chosen = getattr(s, "methods", "all")
        if chosen == "all":
            return tuple(self.titles)
        wanted = chosen.split(",")
        for method in wanted:
            Declared("", allowed=("all", *self.titles)).check("methods", method)
        return tuple(method for method in self.titles if method in wanted)

    def values(self, name):
        """The values that a setting takes, in words; empty where its type says it all."""
        named = {"methods": ("all", *self.titles), "settings": tuple(self.Settings.COLUMNS)}
        one = next(one for one in fields(self.Settings) if one.name == name)
        if name in named:
            return ", ".join(named[name])
        return "true, false" if isinstance(one.default, bool) else one.metadata["declared"].values()

    def data(self, s):
        """The Dataset. Raises ValueError for images of another shape than the network takes."""
        source = self.source
        data = load(s.data, s.data_dir, real=source.real, embedded=source.embedded, shape=source.shape)
        if source.shape not in (None, data.shape):
            raise ValueError(f"{self.name} is built for {times(source.shape)} images; {data.name} has "
                             f"{times(data.shape)}")
        return data

    def cells(self, s) -> list[Cell]:
        """The trainings: one for each method, each of `trials`, which have a seed each, and each fold. What they need
        is trained before them."""
        trials, methods = getattr(s, "trials", 1), self.methods(s)
        cells: list[Cell] = []
        for trial in range(trials):
            seeded = replace(s, seed=s.seed + trial)
            labels = {"trial": trial} if trials > 1 else {}
            needs, folds = tuple(self.needed(seeded, labels)), self.folds(seeded)
            cells += needs
            for fold in folds:
                own = labels | {"fold": fold.number} if len(folds) > 1 else labels
                cells += [Cell(self, seeded, method, own, needs, fold) for method in methods]
        return cells

    def needed(self, s, labels):
        """The cells that come before a trial's: where the settings have an `encoder` and name none, the recipe's
        method 'encoder'."""
        return [Cell(self, s, ENCODER, labels)] if getattr(s, "encoder", "") is None else []

    def folds(self, s):
        """What is held out of the training images, in turn: each of `folds`, or [None]."""
        count = getattr(s, "folds", 1)
        return [Fold(k, count, s.split, s.seed) for k in range(count)] if count > 1 else [None]

    def settle(self, s, method, needed):
        """A cell's settings, once the cells that it needs are done; needed: {name: OpenedCell}. By default, the encoder
        is that of the one that was needed."""
        return replace(s, encoder=str(next(iter(needed.values())).path)) if needed and hasattr(s, "encoder") else s

    def network(self, s, method, shape) -> Any:
        """The unbuilt Stack for images of this shape."""
        raise NotImplementedError(f"{self.name} has no network")

    def optimizer(self, s, net, method):
        """The optimizer of a built network: the one that the settings name."""
        return make_optimizer(s.optimizer, net, s.lr, getattr(s, "weight_decay", 0.0))

    def loss(self, s):
        """The loss that is trained and tested: the one that the settings name."""
        return getattr(losses, getattr(s, "loss", "mse"))

    def unit(self, s):
        """What the loss is called in pictures."""
        return f"{self.loss(s).kernel} per pixel"

    def batches(self, s, images, labels, seeds, size):
        """Mini-batches of these images: their own targets. seeds.inputs is for corruption."""
        return Batches(images, size, s.dtype)

    def fit(self, s, data, method) -> Any:
        """The training, composed of the four above."""
        seeds = Seeds(s.seed)
        net = self.network(s, method, data.shape).build(data.shape, s.dtype, s.backend, seeds.weights)
        size = s.batch_size or len(data.train)

        def tested(images, labels):
            return None if images is None else self.batches(s, images, labels, Seeds(s.seed), self.test_size)

        return Fit(net, self.optimizer(s, net, method), self.loss(s),
                   self.batches(s, data.train, data.train_labels, seeds, size), tested(data.test, data.test_labels),
                   s.epochs, seeds, reduction=self.reduction,
                   validation_batches=tested(data.validation, data.validation_labels))

    def cell_figures(self, s, fit, data, method):
        """A cell's own figures, at the weights that are tested."""
        return {}

    def figures(self, run):
        """The run's figures: each method's METHOD_train_loss, _test_loss and those of its cells, means with intervals
        over its trials and folds."""
        found: dict = {}
        for method in run.trained:
            cells = run.finished(method)
            taken = [cell.summary["metrics"] for cell in cells]
            if method or len(cells) > 1:    # the losses of a run of one training stand in its summary
                losses_ = ({name: cell.summary[name] for name in LOSSES if name in cell.summary} for cell in cells)
                taken = [first | second for first, second in zip(losses_, taken, strict=True)]
            for kind in taken[0]:
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

    def settings_of(self, config):
        """The settings in a config.json. Raises ValueError."""
        return resumed(self, config, {})

    def run(self, s, resume=False, workers=1, progress=None):
        """Trains, tests, draws and writes the run directory; returns (its path, the summary).

        resume=True goes on where s.out was left; a finished run is returned as it is.
        """
        return carry_out(self, s, resume, workers, progress)


def times(shape):
    """(1, 28, 28) as '1 x 28 x 28'."""
    return " x ".join(map(str, shape))
