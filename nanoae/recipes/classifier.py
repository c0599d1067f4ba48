"""What classifiers on a trained encoder have in common: labels, accuracies, who is taken for whom.

The encoder is that of a run named by `encoder`, or a cell of another recipe that comes first. A method that is `frozen`
trains what stands above the encoder, and nothing else: each image goes through the encoder once.
"""
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..data import Batches
from ..data.mnist import class_names
from ..losses import cross_entropy
from ..pictures import compared_curves, confusion_matrix, curves_against
from ..training import KeptCodes, accuracy, classes_of
from ..trials import Cell
from ..trials.opened import read_config
from .recipe import ENCODER, Recipe
from .settings import Settings, like, shared

CLASSES = 10
MEASURED = 10_000    # training images whose accuracy is taken after each epoch


@dataclass
class ClassifierSettings(Settings):
    """What both classifiers are told; each has its own epochs, latent and lr."""

    methods: str = shared("methods", "all")
    trials: int = shared("trials", 1)
    batch_size: int = shared("batch_size", 128)
    encoder: str | None = shared("encoder", None)
    pretrain_epochs: int | None = shared("pretrain_epochs", None)


class Labelled(Recipe):
    """The base of whoever tells CLASSES classes apart: cross-entropy of the labels."""

    def loss(self, s):
        return cross_entropy

    def unit(self, s):
        return "cross-entropy"

    def batches(self, s, images, labels, seeds, size):
        if int(labels.max(initial=0)) >= CLASSES:
            raise ValueError(f"{self.name} tells {CLASSES} classes apart; a label {labels.max()} came")
        return Batches(images, size, s.dtype, targets=labels)


class Classifier(Labelled):
    """The base of mnist-classifier and fashion-classifier. frozen: {method: how many of the network's children, from
    the input up, are the encoder and stand still}."""

    frozen: dict = {}

    def check(self, s):
        super().check(s)
        if s.encoder is not None:
            latent = read_config(Path(s.encoder)).get("latent")
            if latent != s.latent:
                raise ValueError(f"{s.encoder} has codes of {latent} numbers: say --set latent={latent} with it")

    def encoder_settings(self, s):
        """What the encoder's recipe is told beside data, seed, rung and dtype."""
        raise NotImplementedError(f"{self.name} has no encoder_settings")

    def needed(self, s, labels):
        if s.encoder is not None:
            return []
        from . import get_recipe
        recipe = get_recipe(self.encoders[0])
        told = {"epochs": s.pretrain_epochs or 2 * s.epochs} | self.encoder_settings(s)
        return [Cell(recipe, like(s, recipe.Settings, **told), ENCODER, labels)]

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)
        if method in self.frozen:
            fit.kept = KeptCodes(fit.net, fit.batches.images, fit.batches.size, frozen=self.frozen[method])
        some = self.batches(s, data.train[:MEASURED], data.train_labels[:MEASURED], None, self.test_size)
        fit.measure = lambda net: {"train_accuracy": accuracy(net, some),
                                   "test_accuracy": accuracy(net, fit.test_batches)}
        return fit

    def cell_figures(self, s, fit, data, method):
        """train_accuracy, of all training images, and test_accuracy."""
        images = self.batches(s, data.train, data.train_labels, None, self.test_size)
        return {"train_accuracy": accuracy(fit.net, images), "test_accuracy": fit.history[-1]["test_accuracy"]}

    def pictures(self, run):
        """losses.png and accuracy.png of all methods; METHOD-confusion.png."""
        from sklearn import metrics
        histories = {self.titles[method]: cell.history for method, cell in run.trained.items()}
        yield "losses.png", compared_curves(run.title, histories, self.unit(run.settings))
        yield "accuracy.png", curves_against(f"{run.title}: accuracy", {
            f"{title}, {kind}": ([line["epoch"] for line in history], [line[f"{kind}_accuracy"] for line in history])
            for title, history in histories.items() for kind in ("train", "test")},
            "epoch", "share of images in the right class", scale="linear")
        data = run.data
        names = class_names(data.name, CLASSES)
        for method, cell in run.trained.items():
            given, labels = classes_of(cell.net, self.batches(cell.settings, data.test, data.test_labels, None, 500))
            counts = metrics.confusion_matrix(labels, given, labels=range(CLASSES))
            right = np.mean(given == labels)
            yield f"{method}-confusion.png", confusion_matrix(
                f"{run.title}, {self.titles[method]}:\n{right:.2%} of the test images in their class", counts, names)
