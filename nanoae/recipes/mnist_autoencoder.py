"""mnist-autoencoder: paper 2, section 2.1 and its baseline of section 3.1.

A convolutional autoencoder (8, 16, 32 channels, hidden 64, latent 2) reproduces all 60,000 training images; mean
squared error, Adam, 40 epochs. `--set settings=` names a whole column of values:

                   latent   batch_size   lr      weight_decay   dropout
    ours           48       128          0.001   0              0          what is lowest here, and the default
    paper          2        256          0.001   5e-5           0          the paper's baseline
    paper-tuned    48       128          0.006   5e-5           0.0775     what the paper's random search found
"""
import sys
from dataclasses import dataclass

from .. import losses
from ..bounds import number
from ..data import Batches, load, scaled
from ..init import check_name
from ..models import conv_autoencoder
from ..optim import make_optimizer
from ..training import Fit, KeptCodes, Seeds, mean_loss, plots, reconstructions
from ..training.progress import make_progress
from .carry_out import carry_out
from .settings import Settings as Shared
from .settings import at_least, one_of

NAME = "mnist-autoencoder"
PAPER = {    # the paper's figures (section 3.1) by (latent, batch_size, dropout)
    (2, 256, 0.0): {"train_loss": 0.0382, "validation_loss": 0.0381},
    (48, 128, 0.0775): {"validation_loss": 0.0187, "test_loss": 0.0187},
}


COLUMNS: dict[str, dict] = {
    "ours": {"latent": 48, "batch_size": 128, "lr": None, "weight_decay": 0.0, "dropout": 0.0},
    "paper": {"latent": 2, "batch_size": 256, "lr": None, "weight_decay": 5e-5, "dropout": 0.0},
    "paper-tuned": {"latent": 48, "batch_size": 128, "lr": 0.006, "weight_decay": 5e-5, "dropout": 0.0775},
}


@dataclass
class Settings(Shared):
    """settings: the column of COLUMNS that gives every value left out (None)."""

    epochs: int = 40
    settings: str = "ours"
    latent: int | None = None
    batch_size: int | None = None
    lr: float | None = None    # None in the column, too: the optimizer's own, 0.001 for Adam
    weight_decay: float | None = None    # L2 inside Adam
    dropout: float | None = None
    loss: str = "mse"
    init: str = "pytorch"

    def __post_init__(self):
        for name, value in COLUMNS.get(self.settings, {}).items():
            if getattr(self, name) is None:
                setattr(self, name, value)

    def check(self):
        super().check()
        one_of(self, "settings", COLUMNS)
        at_least(self, "latent", 1)
        at_least(self, "batch_size", 1)
        at_least(self, "weight_decay", 0)
        one_of(self, "loss", ("mse", "bce", "l1"))
        check_name(self.init)
        if self.lr is not None:
            at_least(self, "lr", 0)
        if not number("dropout", self.dropout) < 1:
            raise ValueError(f"dropout is a probability below 1; got {self.dropout}")


def network(settings, method="", shape=None):
    """The unbuilt network of these settings, for images 1 x 28 x 28."""
    return conv_autoencoder(settings.latent, dropout=settings.dropout, init=settings.init)


def optimizer_of(settings, net, method=""):
    """The optimizer of these settings for a network of theirs; the recipe has one method."""
    return make_optimizer(settings.optimizer, net, settings.lr, settings.weight_decay)


def paper(settings, data):
    """The paper's figures for these settings on this set, where it gives any."""
    same_loss = data.name == "mnist" and settings.loss == "mse"
    return PAPER.get((settings.latent, settings.batch_size, settings.dropout), {}) if same_loss else {}


def run(settings, progress=make_progress, resume=False):
    """Trains, tests after every epoch, writes the run directory; returns (its path, the summary).

    resume=True goes on where settings.out was left; a finished run is returned as it is.
    """
    data = load(settings.data, settings.data_dir, real="mnist", embedded="digits")
    if data.shape != (1, 28, 28):
        raise ValueError(f"{NAME} is built for 1 x 28 x 28 images; {data.name} has {' x '.join(map(str, data.shape))}")
    seeds, loss = Seeds(settings.seed), getattr(losses, settings.loss)
    net = network(settings).build(data.shape, settings.dtype, settings.backend, seeds.weights)
    test_batches = Batches(data.test, 500, net.dtype)
    fit = Fit(net, optimizer_of(settings, net), loss, Batches(data.train, settings.batch_size, net.dtype), test_batches,
              settings.epochs, seeds)
    if settings.optimizer == "anamo" and not settings.dropout:    # several steps of the decoder on a mini-batch
        fit.kept = KeptCodes(net, data.train, fit.batches.size, across_epochs=False)
    return carry_out(sys.modules[__name__], settings, data, {"": fit},
                     lambda fits: {"test_mse": mean_loss(net, losses.mse, test_batches)}, progress, resume)


def draw_pictures(path, config, trained, samples):
    """losses.png, reconstructions.png of the sample images, and filters.png of the first layer; returns their names.

    config: as in config.json; trained: {method: (network, history)}; samples: {'images': uint8 (n, 1, 28, 28),
    'labels': (n,)}. All of it lies in the run's own files, so that `nanoae report` can draw them again.
    """
    (net, history), = trained.values()
    title, images = f"{NAME} on {config['data_name']}", samples["images"]
    plots.loss_curves(path / "losses.png", f"{title}: loss", history, config["loss"])
    plots.reconstruction_grid(path / "reconstructions.png", f"{title}: test images and their reconstructions",
                              scaled(images), reconstructions(net, images), samples["labels"], config["credit"])
    plots.filter_grid(path / "filters.png", "First layer's 3 x 3 kernels, by output channel", net["encoder"][0].W)
    return ["losses.png", "reconstructions.png", "filters.png"]
