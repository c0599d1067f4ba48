"""nam-autoencoder: paper 3, section 1: a sparse autoencoder of colour images, Adam on all against Adam by turns.

Encoder 3x32x32 -> 48x4x4 in three convolutions (3-12-24-48, 4x4, stride 2, padding 1, ReLU), the decoder mirrored, with
a sigmoid at the end. Loss: mean squared error + penalty times the sum of the codes over the mini-batch. Joint: Adam
0.001. NAM: an epoch of Adam 0.01 on the decoder, an epoch of Adam 0.001 on the encoder, and so on. Batch 125, 12
epochs, 10 trials. `--set sweep=true` sweeps the penalty over decades instead. Tests leave the penalty out.
"""
import sys
from dataclasses import dataclass, replace
from typing import ClassVar

from .. import losses
from ..data import Batches, load
from ..layers import Conv2d, ConvTranspose2d, L1Penalty, ReLU, Sigmoid
from ..optim import NAM, Adam
from ..stack import Stack
from ..training import Fit, KeptCodes, Seeds
from ..training.progress import make_progress
from . import nam_figures
from .carry_out import carry_out
from .nam_pictures import draw_pictures  # noqa: F401  a recipe's own, by this name
from .settings import Settings as Shared
from .settings import at_least

NAME = "nam-autoencoder"
SHAPE = (3, 32, 32)
METHODS = ("joint", "nam")    # the proposed method last
SWEEP = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)    # penalties


@dataclass
class Settings(Shared):
    """The paper's values. Kept codes are used where the decoder has several epochs in a row."""

    OPTIMIZERS: ClassVar[tuple] = ("both", *METHODS)

    epochs: int = 12
    optimizer: str = "both"
    batch_size: int = 125
    lr: float = 0.001    # of the joint method, and of the encoder's phase
    decoder_lr: float = 0.01
    penalty: float = 1e-8    # lambda
    decoder_epochs: int = 1    # in a row, in a phase
    encoder_epochs: int = 1
    keep_codes: bool = True
    trials: int = 10
    sweep: bool = False
    sweep_trials: int = 3    # trials of each penalty

    def check(self):
        super().check()
        for name in ("batch_size", "decoder_epochs", "encoder_epochs", "trials", "sweep_trials"):
            at_least(self, name, 1)
        for name in ("lr", "decoder_lr", "penalty"):
            at_least(self, name, 0)
        if self.sweep and self.optimizer != "both":
            raise ValueError(f"a sweep compares both methods; got optimizer {self.optimizer!r}")


def network(settings, method="", shape=None):
    """The unbuilt network, for images 3 x 32 x 32; a method of a sweep names its penalty behind an @."""
    penalty = float(method.partition("@")[2] or settings.penalty)
    encoder = Stack([Conv2d(3, 12, 4, stride=2, padding=1), ReLU(), Conv2d(12, 24, 4, stride=2, padding=1), ReLU(),
                     Conv2d(24, 48, 4, stride=2, padding=1), ReLU(), L1Penalty(penalty)], name="encoder")
    decoder = Stack([ConvTranspose2d(48, 24, 4, stride=2, padding=1), ReLU(),
                     ConvTranspose2d(24, 12, 4, stride=2, padding=1), ReLU(),
                     ConvTranspose2d(12, 3, 4, stride=2, padding=1), Sigmoid()], name="decoder")
    return Stack([encoder, decoder])


def optimizer_of(settings, net, method="nam", steps=1):
    """The optimizer of a method (of METHODS, or one of its trials); steps: mini-batches in an epoch."""
    if method.startswith("joint"):
        return Adam(net, settings.lr)
    return NAM(net, [Adam(net["decoder"], settings.decoder_lr), Adam(net["encoder"], settings.lr)],
               every=(steps * settings.decoder_epochs, steps * settings.encoder_epochs))


def paper(settings, data):
    """The paper's figures (section 1.1), for its settings on its set."""
    if data.name != "cifar-10-batches-bin" or settings.penalty != 1e-8 or settings.sweep:
        return {}
    return {"joint_test_loss": 0.0186, "nam_test_loss": 0.0212, "images_l1": 1415.94, "joint_code_l1": 3.59,
            "nam_code_l1": 0.55, "code_l1_ratio": 6.57, "nam_over_joint_epoch_seconds": 0.85}


def fit_of(settings, batches, test_batches, method, trial, key):
    """A method's Fit in a trial; both methods of a trial start from the same weights and see the same batches."""
    seeds = Seeds(settings.seed + trial)
    net = network(settings).build(SHAPE, settings.dtype, settings.backend, seeds.weights)
    kept = None
    if method == "nam" and settings.keep_codes and settings.decoder_epochs > 1:
        kept = KeptCodes(net, batches.images, batches.size)
    return Fit(net, optimizer_of(settings, net, key, len(batches)), losses.mse, batches, test_batches, settings.epochs,
               seeds, labels={"method": method, "trial": trial, "penalty": settings.penalty}, kept=kept,
               measure=lambda net: {"code_l1": nam_figures.code_l1(net, test_batches.images)})


def fits_of(settings, data):
    """{key: Fit} of all penalties, trials and methods; the first trial's are called like the methods and stand last."""
    batches = Batches(data.train, settings.batch_size, settings.dtype)
    test_batches = Batches(data.test, 500, settings.dtype)
    methods = METHODS if settings.optimizer == "both" else (settings.optimizer,)
    penalties = sorted({*SWEEP, settings.penalty}) if settings.sweep else [settings.penalty]
    cells = [(penalty, trial) for penalty in penalties
             for trial in range(settings.sweep_trials if settings.sweep else settings.trials)]
    cells.sort(key=lambda cell: cell == (settings.penalty, 0))
    fits = {}
    for penalty, trial in cells:
        for method in methods:
            key = method if (penalty, trial) == (settings.penalty, 0) else f"{method}.{trial}@{penalty!r}"
            fits[key] = fit_of(replace(settings, penalty=penalty), batches, test_batches, method, trial, key)
    return fits


def run(settings, progress=make_progress, resume=False):
    """Trains all trials and writes the run directory: (its path, the summary)."""
    data = load(settings.data, settings.data_dir, real="cifar-10-batches-bin", embedded="photographs", shape=SHAPE)
    if data.shape != SHAPE:
        raise ValueError(f"{NAME} is built for 3 x 32 x 32 images; {data.name} has {' x '.join(map(str, data.shape))}")
    fits = fits_of(settings, data)
    return carry_out(sys.modules[__name__], settings, data, fits,
                     lambda fits: nam_figures.figures(settings, data, fits), progress, resume)
