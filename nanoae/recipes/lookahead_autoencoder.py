"""lookahead-autoencoder: paper 1's convolutional autoencoder of film frames, Adam against Lookahead around Adam.

Frames are cropped at the centre and reduced to 64 x 64; convolutions 3-32-64-128-256, mean squared error, batch 64,
learning rate 0.001, 50 epochs. Both methods start from the same weights and see the same batches. The paper shows the
training curves only; here held-out frames (other shots of the film) stand beside them.
"""
import sys
from dataclasses import dataclass
from typing import ClassVar

from .. import losses
from ..data import Batches, load, scaled
from ..models import frame_autoencoder
from ..optim import MAKERS, make_optimizer
from ..training import Fit, Seeds, plots, reconstructions
from ..training.progress import make_progress
from .carry_out import carry_out
from .settings import Settings as Shared
from .settings import at_least

NAME = "lookahead-autoencoder"
SHAPE = (3, 64, 64)
METHODS = ("adam", "lookahead")    # the proposed method last
TITLES = {"adam": "Adam", "lookahead": "Lookahead(Adam)"}


@dataclass
class Settings(Shared):
    """The paper's values; optimizer 'both' trains Adam and Lookahead(Adam)."""

    OPTIMIZERS: ClassVar[tuple] = (*MAKERS, "both")

    epochs: int = 50
    optimizer: str = "both"
    batch_size: int = 64
    lr: float | None = None    # None: the optimizer's own, 0.001 for Adam

    def check(self):
        super().check()
        at_least(self, "batch_size", 1)
        if self.lr is not None:
            at_least(self, "lr", 0)


def network(settings, method="", shape=None):
    """The unbuilt network, for images 3 x 64 x 64."""
    return frame_autoencoder()


def optimizer_of(settings, net, method=""):
    """The optimizer of a method: one of METHODS, or '' where the settings name a single one."""
    return make_optimizer(method or settings.optimizer, net, settings.lr)


def paper(settings, data):
    """The paper gives curves, no figures."""
    return {}


def run(settings, progress=make_progress, resume=False):
    """Trains both methods (or the one of settings.optimizer) and writes the run directory: (its path, the summary)."""
    data = load(settings.data, settings.data_dir, real="frames-bbb-trailer", embedded="photographs", shape=SHAPE)
    if data.shape != SHAPE:
        raise ValueError(f"{NAME} is built for 3 x 64 x 64 images; {data.name} has {' x '.join(map(str, data.shape))}")
    fits = {}
    for method in METHODS if settings.optimizer == "both" else ("",):
        seeds = Seeds(settings.seed)    # the same weights and batches for every method
        net = network(settings).build(SHAPE, settings.dtype, settings.backend, seeds.weights)
        fits[method] = Fit(net, optimizer_of(settings, net, method), losses.mse,
                           Batches(data.train, settings.batch_size, net.dtype), Batches(data.test, 64, net.dtype),
                           settings.epochs, seeds)
    return carry_out(sys.modules[__name__], settings, data, fits, figures, progress, resume)


def figures(fits):
    """METHOD_train_loss and METHOD_test_loss of the last epoch, and Lookahead's share of Adam's training loss."""
    last = {method: fit.history[-1] for method, fit in fits.items() if method}
    found = {f"{method}_{name}": line[name] for method, line in last.items() for name in ("train_loss", "test_loss")}
    if last:
        found["lookahead_over_adam_train_loss"] = last["lookahead"]["train_loss"] / last["adam"]["train_loss"]
    return found


def draw_pictures(path, config, trained, samples):
    """curves.png, both methods' losses; reconstructions.png, five held-out frames over both; returns their names."""
    titles = {method: TITLES.get(method or config["optimizer"], config["optimizer"]) for method in trained}
    title = f"{NAME} on {config['data_name']}"
    plots.compared_curves(path / "curves.png", title, {titles[method]: history for method, (_, history) in
                                                       trained.items()}, "mean squared error per pixel")
    images = samples["images"][:5]
    rows = {"original": scaled(images)} | {titles[method]: reconstructions(net, images) for method, (net, _) in
                                           trained.items()}
    plots.image_rows(path / "reconstructions.png", f"{title}: first held-out frames and reconstructions", rows,
                     config["credit"])
    return ["curves.png", "reconstructions.png"]
