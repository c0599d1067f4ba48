"""mnist-autoencoder: paper 2, section 2.1 and its baseline of section 3.1.

A convolutional autoencoder (8, 16, 32 channels, hidden 64, latent 2) reproduces all 60,000 training images; mean
squared error, Adam, 40 epochs. `--set settings=` names a whole column of values:

                   latent   batch_size   lr      weight_decay   dropout
    ours           48       128          0.001   0              0          what is lowest here, and the default
    paper          2        256          0.001   5e-5           0          the paper's baseline
    paper-tuned    48       128          0.006   5e-5           0.0775     what the paper's random search found
"""
from dataclasses import dataclass
from typing import ClassVar

from .. import losses
from ..data import scaled
from ..models import conv_autoencoder
from ..pictures import filter_grid, reconstruction_grid
from ..training import KeptCodes, mean_loss
from .recipe import Paper, Recipe, Source
from .settings import Settings, shared


@dataclass
class MnistSettings(Settings):
    """What is left out (None) has the value of the column; lr None there, too, is the optimizer's own."""

    COLUMNS: ClassVar = {
        "ours": {"latent": 48, "batch_size": 128, "lr": None, "weight_decay": 0.0, "dropout": 0.0},
        "paper": {"latent": 2, "batch_size": 256, "lr": None, "weight_decay": 5e-5, "dropout": 0.0},
        "paper-tuned": {"latent": 48, "batch_size": 128, "lr": 0.006, "weight_decay": 5e-5, "dropout": 0.0775},
    }

    epochs: int = shared("epochs", 40)
    optimizer: str = shared("optimizer", "adam")
    settings: str = shared("settings", "ours")
    latent: int | None = shared("latent", None)
    batch_size: int | None = shared("batch_size", None)
    lr: float | None = shared("lr", None)
    weight_decay: float | None = shared("weight_decay", None)
    dropout: float | None = shared("dropout", None)
    loss: str = shared("loss", "mse")
    init: str = shared("init", "pytorch")


class MnistAutoencoder(Recipe):
    name, about = "mnist-autoencoder", "convolutional autoencoder of 28 x 28 images (paper 2, section 2.1)"
    Settings = MnistSettings
    source = Source(real="mnist", embedded="digits", shape=(1, 28, 28))
    paper = (Paper({"train_loss": 0.0382, "validation_loss": 0.0381}, "mnist", loss="mse", latent=2, batch_size=256,
                   dropout=0.0),
             Paper({"validation_loss": 0.0187, "test_loss": 0.0187}, "mnist", loss="mse", latent=48, batch_size=128,
                   dropout=0.0775))
    searched = "batch_size", "lr", "latent", "dropout"
    found = Paper({"validation_loss": 0.0187, "test_loss": 0.0187}, "mnist", loss="mse")

    def network(self, s, method, shape):
        return conv_autoencoder(s.latent, dropout=s.dropout, init=s.init)

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)
        if s.optimizer == "anamo" and not s.dropout:    # several steps of the decoder on a mini-batch
            fit.kept = KeptCodes(fit.net, data.train, fit.batches.size, across_epochs=False)
        return fit

    def cell_figures(self, s, fit, data, method):
        """test_mse, whatever the loss."""
        return {"test_mse": mean_loss(fit.net, losses.mse, fit.test_batches)}

    def pictures(self, run):
        """losses.png, reconstructions.png of the sample images, and filters.png of the first layer."""
        yield from super().pictures(run)
        (cell,), images = run.cells, run.samples["images"]
        yield "reconstructions.png", reconstruction_grid(
            f"{run.title}: test images and their reconstructions", scaled(images), cell.reconstruct(images),
            run.samples["labels"], run.credit)
        yield "filters.png", filter_grid("First layer's 3 x 3 kernels, by output channel", cell.net["encoder"][0].W)


recipe = MnistAutoencoder()
