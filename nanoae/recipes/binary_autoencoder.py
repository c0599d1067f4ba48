"""binary-autoencoder: paper 3's three ways to codes of bits, against the same network without them.

    subgradient      algorithm 2: hard bits, whose gradient is a sigmoid's; the prox by inner sub-gradient steps
    smooth-step      the smooth step after batch norm, its width falling from epoch to epoch; bits are its rounding
    relaxed-codes    algorithm 3: codes as free variables, then their steps, then an encoder that is fitted to those
    continuous       the rival: the same network, no bits

`--set variant=` chooses one; with `all`, test_loss is the best variant's. Every test is made with hard bits.
"""
import sys
from dataclasses import dataclass
from typing import ClassVar

from .. import losses
from ..data import Batches, load
from ..layers import BatchNorm, Flatten, Linear, ReLU, Reshape, Sigmoid, SmoothStep, Step
from ..models import conv_autoencoder
from ..optim import FISTA, NAM, Adam, CodePenalty, Phase, Together
from ..stack import Stack
from ..training import Fit, KeptCodes, Seeds, mean_loss
from ..training.progress import make_progress
from . import binary_figures
from .binary_figures import draw_pictures  # noqa: F401  a recipe's own, by this name
from .carry_out import carry_out
from .relaxed_codes import RelaxedCodes
from .settings import Settings as Shared
from .settings import at_least, one_of

NAME = "binary-autoencoder"
VARIANTS = ("subgradient", "smooth-step", "relaxed-codes")
WIDTHS = (4.0, 0.25)    # of the smooth step, in the first epoch and in the last


@dataclass
class Settings(Shared):
    """bits: of a code; penalty: on the number of ones (subgradient) or on |code| (relaxed-codes)."""

    OPTIMIZERS: ClassVar[tuple] = ("anamo",)

    epochs: int = 12    # on the paper's synthetic images, one mini-batch, some hundreds are due
    optimizer: str = "anamo"
    variant: str = "all"
    bits: int = 64
    batch_size: int = 125
    lr: float = 0.001    # Adam's, wherever Adam is used
    step: float = 40.0    # subgradient: FISTA's on the encoder, for the mean squared error
    inner_steps: int = 3    # subgradient: sub-gradient steps for each prox
    code_step: float = 0.1    # relaxed-codes: FISTA's on a code, for its image's sum of squared errors
    code_steps: int = 10    # relaxed-codes: steps on the codes of a mini-batch
    penalty: float = 1e-6    # lambda, beside the mean squared error, of the sum of a mini-batch's codes

    def check(self):
        super().check()
        one_of(self, "variant", ("all", *VARIANTS))
        for name in ("bits", "batch_size", "inner_steps", "code_steps"):
            at_least(self, name, 1)
        for name in ("lr", "penalty"):
            at_least(self, name, 0)
        for name in ("step", "code_step"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is positive; got {getattr(self, name)}")
        if self.variant in ("all", "relaxed-codes") and self.epochs < 3:
            raise ValueError(f"relaxed-codes takes at least 3 epochs, one for each of its stages; got {self.epochs}")


def plain(settings, shape):
    """(layers of the encoder, layers of the decoder) without bits: paper 2's, or for small images fully connected."""
    if shape == (1, 28, 28):
        net = conv_autoencoder(settings.bits)
        return [*net["encoder"]], [*net["decoder"]]
    size = shape[0] * shape[1] * shape[2]
    return ([Flatten(), Linear(size, 64), ReLU(), Linear(64, settings.bits)],
            [Linear(settings.bits, 64), ReLU(), Linear(64, size), Sigmoid(), Reshape(shape)])


def network(settings, method, shape):
    """The unbuilt network of a method: Stack([encoder, decoder]), the encoder Stack([logits, what makes bits])."""
    up, down = plain(settings, shape)
    bits: dict = {"subgradient": [Step()], "relaxed-codes": [Step()], "continuous": [],
                  "smooth-step": [BatchNorm(settings.bits), SmoothStep(WIDTHS[0])]}
    return Stack([Stack([Stack(up, name="logits"), *bits[method]], name="encoder"), Stack(down, name="decoder")])


def optimizer_of(settings, net, method):
    """The optimizer of a method."""
    encoder, decoder = net["encoder"], net["decoder"]
    if method == "continuous":
        return Adam(net, settings.lr)
    if method == "relaxed-codes":
        return Together(net, [Phase(Adam(part, settings.lr)) for part in (decoder, encoder, decoder)])    # its stages
    if method == "smooth-step":
        return NAM(net, [Adam(encoder, settings.lr), Adam(decoder, settings.lr)])
    penalty = CodePenalty(encoder, settings.penalty, "subgradient", most=settings.inner_steps)
    return NAM(net, [Phase(FISTA(encoder, settings.step, penalty), 2), Phase(Adam(decoder, settings.lr), 2)])


def paper(settings, data):
    """The paper gives algorithms, no figures."""
    return {}


def fit_of(settings, data, method):
    """A method's Fit; all methods start from the same weights and see the same batches."""
    seeds = Seeds(settings.seed)
    net = network(settings, method, data.shape).build(data.shape, settings.dtype, settings.backend, seeds.weights)
    batches, test_batches = Batches(data.train, settings.batch_size, net.dtype), Batches(data.test, 500, net.dtype)
    common: dict = {
        "net": net, "optimizer": optimizer_of(settings, net, method), "loss": losses.mse, "batches": batches,
        "test_batches": test_batches, "epochs": settings.epochs, "seeds": seeds, "labels": {"method": method},
        "test": mean_loss if method == "continuous" else binary_figures.hard_loss}
    if method == "relaxed-codes":
        return RelaxedCodes(**common, step=settings.code_step, penalty=settings.penalty, code_steps=settings.code_steps)
    if method == "smooth-step":
        common["before_epoch"] = lambda epoch: narrow(net, epoch, settings.epochs)
    if method == "subgradient":
        common["kept"] = KeptCodes(net, data.train, batches.size, across_epochs=False)
    return Fit(**common)


def narrow(net, epoch, epochs):
    """Sets the smooth step's width: from WIDTHS[0] down to WIDTHS[1] by the same factor every epoch."""
    first, last = WIDTHS
    net["encoder"][-1].eps[...] = first * (last / first) ** ((epoch - 1) / max(1, epochs - 1))


def run(settings, progress=make_progress, resume=False):
    """Trains the variants and the rival and writes the run directory: (its path, the summary)."""
    data = load(settings.data, settings.data_dir, real="mnist", embedded="digits")
    methods = ("continuous", *(VARIANTS if settings.variant == "all" else (settings.variant,)))
    fits = {method: fit_of(settings, data, method) for method in methods}
    return carry_out(sys.modules[__name__], settings, data, fits,
                     lambda fits: binary_figures.figures(data, fits), progress, resume,
                     files=lambda found: {"variants.md": binary_figures.table(found)})
