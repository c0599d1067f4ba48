"""What a recipe is: an object that answers what differs between systems. Everything else is inherited.

A recipe's file holds its settings and its class, and ends with its one object, `recipe = MnistAutoencoder()`. What a
method does here by default serves most.
"""
from dataclasses import dataclass, replace
from typing import Any

from .. import losses
from ..data import Batches, load
from ..data.folds import Fold
from ..optim import make_optimizer
from ..stack import Stack
from ..training import Fit, Seeds
from ..trials import Cell
from .carry_out import carry_out
from .checked import Checked
from .given import resumed
from .reported import Paper as Paper
from .reported import Reported
from .settings import Settings

ENCODER = "encoder"    # the method that trains an encoder for the others


@dataclass(frozen=True)
class Source:
    """Where a recipe's images come from: a real set, an embedded one, and the one shape that the network takes."""

    real: str
    embedded: str
    shape: tuple | None = None    # None: any


class Recipe(Checked, Reported):
    """The base of all recipes. s: a Settings; a method: one of `titles`, "" where there is one network."""

    name: str
    about: str
    Settings: type[Settings]
    source: Source
    test_size = 500    # images in a mini-batch of tests
    reduction = "mean"    # of the loss that is trained
    training = Fit    # what carries a cell's training out
    searched: tuple = ()    # the settings that a search varies, where it is not told
    searchable = True    # has it a loss on folds of the training images, for a search to go by?

    @property
    def short(self):
        """Its name in titles and folders; `name` of one in a file is FILE.py:NAME."""
        return self.name.rpartition(":")[2]

    def image_shape(self, s):
        """(c, h, w) that the network is built for, to which pictures are brought; None: that of the set."""
        return self.source.shape

    def data(self, s):
        """The Dataset. Raises ValueError for images of another shape than the network takes."""
        shape = self.image_shape(s)
        data = load(s.data, s.data_dir, real=self.source.real, embedded=self.source.embedded, shape=shape)
        if shape not in (None, data.shape):
            raise ValueError(f"{self.name} is built for {times(shape)} images; {data.name} has {times(data.shape)}")
        return data.inverted() if s.invert else data

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
        if not (needed and hasattr(s, "encoder")):
            return s
        return replace(s, encoder=str(next(iter(needed.values())).path.resolve()))

    def network(self, s, method, shape) -> Any:
        """The unbuilt Stack for images of this shape."""
        raise NotImplementedError(f"{self.name} has no network")

    def takes(self, s, method, shape):
        """The shape of what the network takes, where images have this one: the same."""
        return shape

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
        net = self.network(s, method, data.shape)
        if not isinstance(net, Stack):
            raise ValueError(f"the network of {self.name} is a {type(net).__name__}; a network is a Stack")
        net.build(self.takes(s, method, data.shape), s.dtype, s.backend, seeds.weights)
        size = s.batch_size or len(data.train)

        def tested(images, labels):
            return None if images is None else self.batches(s, images, labels, Seeds(s.seed), self.test_size)

        return self.training(net, self.optimizer(s, net, method), self.loss(s),
                             self.batches(s, data.train, data.train_labels, seeds, size),
                             tested(data.test, data.test_labels), s.epochs, seeds, reduction=self.reduction,
                             validation_batches=tested(data.validation, data.validation_labels))

    def cell_figures(self, s, fit, data, method):
        """A cell's own figures, at the weights that are tested. A loss among them stands for that of the last epoch."""
        return {}

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
