"""stacked-adversarial: paper 4's algorithm, from a turned face to the frontal one by a stack that grows inward.

Three shallow convolutional autoencoders with a discriminator each, trained one after the other and tuned as a whole
after each. Rivals: the whole trained at once against a whole discriminator, and plain greedy training, layer by layer;
each may spend as many multiply-adds as the algorithm. A stage ends when the error on other people no longer falls. The
paper says "significantly lower reconstruction error" and gives no figure.
"""
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...data import Batches, scaled
from ...data.faces import DRAWN, NAME, load_face_pairs
from ...models.stacked import code_shape, nested
from ...pictures import image_rows
from ...training import Seeds, Stages
from ...training.discriminator import GAMES
from ...trials import Cell, interval_figures
from ...trials.opened import OpenedCell
from ..recipe import Recipe, Source
from ..settings import Settings, own, shared, widths
from . import pictures
from .algorithm import Algorithm, multiply_adds
from .who import classifier, who_is_it

WHO = "pretrained", "scratch"    # classifiers, with the trained encoder and without
SHAPE = (1, 60, 64)


@dataclass
class StackedSettings(Settings):
    """Our own values: the paper gives none."""

    epochs: int = shared("epochs", 60)
    methods: str = shared("methods", "all")
    trials: int = shared("trials", 5)
    batch_size: int = shared("batch_size", 32)
    lr: float | None = shared("lr", 0.001)
    levels: str = own("16-32-64", "the channels of each pair's code")
    loss: str = shared("loss", "minimax", allowed=tuple(GAMES))
    reconstruction: float = own(100.0, "weight of the squared error beside the game; 0: the paper's formula alone",
                                least=0)
    stage_patience: int = own(10, "epochs of a stage without a lower validation loss, after which it ends", least=1)
    mirror: bool = own(True, "train on mirrored pairs, too")
    who_epochs: int = own(40, "of the classifiers that tell people apart", least=1)
    generator: str | None = own(None, "the cell whose encoder a classifier takes; the run fills it in")


class StackedAdversarial(Recipe):
    name, about = "stacked-adversarial", "frontal faces of turned ones by a stack that grows inward (paper 4)"
    Settings = StackedSettings
    inverts = False
    steered = False
    source = Source(real=NAME, embedded=DRAWN, shape=SHAPE)
    searchable = False
    titles = {"joint": "joint", "greedy": "greedy", "gasca": "stacked adversarial"}

    def check(self, s):
        super().check(s)
        nested(widths("levels", s.levels), SHAPE)

    def data(self, s):
        return load_face_pairs(s.data, s.data_dir, SHAPE)

    def cells(self, s):
        """In each trial, the methods, and after them the classifiers."""
        cells = []
        for cell in super().cells(s):
            cells.append(cell)
            if cell.method == "gasca":
                cells += [Cell(self, cell.settings, "pretrained", cell.labels, (cell,)),
                          Cell(self, cell.settings, "scratch", cell.labels)]
        return cells

    def settle(self, s, method, needed):
        return replace(s, generator=str(next(iter(needed.values())).path.resolve())) if needed else s

    def network(self, s, method, shape):
        if method not in WHO:
            return nested(widths("levels", s.levels), shape)
        trained = s.generator and OpenedCell(Path(s.generator), self).net
        encoder = trained["encoder"].clone() if trained else nested(widths("levels", s.levels), shape)["encoder"]
        return classifier(encoder, code_shape(widths("levels", s.levels), shape))

    def fit(self, s, data, method):
        if method in WHO:
            return who_is_it(s, self.network(s, method, data.shape), data, self.test_size)
        return self.stages(s, data, method)

    def stages(self, s, data, method):
        """The method's Stages; a rival has as many epochs as the algorithm's multiply-adds buy."""
        seeds = Seeds(s.seed)
        train, targets = (with_mirrored(part) if s.mirror else part for part in (data.train, data.train_targets))
        deal = Batches(train, s.batch_size, s.dtype, targets=targets)
        tests = {name: Batches(images, self.test_size, s.dtype, targets=wanted) for name, images, wanted in (
            ("test_batches", data.test, data.test_targets),
            ("validation_batches", data.validation, data.validation_targets))}

        def common():
            return {"batches": deal, "epochs": s.epochs, "seeds": seeds, **tests}

        def algorithm(seeds):
            return Algorithm(s, widths("levels", s.levels), data.shape, seeds, common)

        mine = getattr(algorithm(seeds), method)()
        if method == "gasca":
            return Stages([(s.epochs, make_fit) for make_fit in mine])
        budget = s.epochs * sum(multiply_adds(algorithm(Seeds(s.seed)).gasca()))
        epochs = max(1, round(budget / sum(multiply_adds(getattr(algorithm(Seeds(s.seed)), method)()))))
        return Stages([(epochs, make_fit) for make_fit in mine])

    def cell_figures(self, s, fit, data, method):
        """Errors on other people, multiply-adds spent; error of each depth when stacked and when tuned, and the steps
        of tuning; or a classifier's accuracy."""
        if method in WHO:
            return {"test_accuracy": fit.history[-1]["test_accuracy"]}
        found = {"test_mse": fit.fit.pixel_error(fit.test_batches), "multiply_adds": sum(
            line["multiply_adds"] for line in fit.history)}
        for name, what in pictures.DEPTHS.items():
            for depth, line, steps in pictures.kept_lines(fit.history, name):
                found[f"depth_{depth}_{what}_mse"] = line["test_mse"]
                if name == "tune G":
                    found[f"depth_{depth}_tuning_steps"] = steps
        return found | {"test_loss": found["test_mse"],
                        "validation_loss": fit.fit.pixel_error(fit.fit.validation_batches)}

    def figures(self, run):
        """The methods' figures, and the classifiers'; differences trial by trial; and what doing nothing costs: the
        input returned as it is (input_mse), and the mean frontal face of training people (mean_face_mse)."""
        found = super().figures(run)
        for method in WHO:
            found |= self.figures_of(run, method)
        errors = {method: [cell.summary["metrics"]["test_mse"] for cell in run.finished(method)] for method in
                  self.titles}
        for rival in ("joint", "greedy"):
            gaps = [ours - theirs for ours, theirs in zip(errors["gasca"], errors[rival], strict=False)]
            if gaps:
                name = f"gasca_minus_{rival}_test_mse"
                found |= interval_figures(name, gaps) if len(gaps) > 1 else {name: gaps[0]}
        return found | nothing_done(run.data)

    def pictures(self, run):
        """errors.png, over multiply-adds; depths.png, stacked and tuned; faces.png, of people not seen in training."""
        yield "errors.png", pictures.errors(run.title, {self.titles[method]: cell.history for method, cell in
                                                        run.trained.items()}, nothing_done(run.data))
        depths = {self.titles[method]: [cell.history for cell in run.finished(method)] for method in ("greedy", "gasca")
                  if run.finished(method)}
        yield "depths.png", pictures.depths(run.title, depths)
        data = run.data
        some = np.linspace(0, len(data.test) - 1, 6).astype(int)
        rows = {"input": scaled(data.test[some])} | {self.titles[method]: cell.reconstruct(data.test[some])
                                                     for method, cell in run.trained.items()}
        rows["target"] = scaled(data.test_targets[some])
        yield "faces.png", image_rows(f"{run.title}: people not seen in training", rows, run.credit, against="target",
                                      white=max(float(images.max()) for images in rows.values()))


def with_mirrored(images):
    return np.concatenate([images, images[..., ::-1]])


def nothing_done(data):
    """{input_mse, mean_face_mse}: errors on the test people without any network."""
    target = scaled(data.test_targets)
    mean = scaled(data.train_targets).mean(axis=0)
    return {"input_mse": float(np.mean((scaled(data.test) - target) ** 2)),
            "mean_face_mse": float(np.mean((mean - target) ** 2))}


recipe = StackedAdversarial()
