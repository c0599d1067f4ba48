"""nam-autoencoder: paper 3, section 1: a sparse autoencoder of colour images, Adam on all against Adam by turns.

Encoder 3x32x32 -> 48x4x4 in three convolutions (3-12-24-48, 4x4, stride 2, padding 1, ReLU), the decoder mirrored, with
a sigmoid at the end. Loss: mean squared error + penalty times the sum of the codes over the mini-batch. Joint: Adam
0.001. NAM: an epoch of Adam 0.01 on the decoder, an epoch of Adam 0.001 on the encoder, and so on. Batch 125, 12
epochs, 10 trials. `--set sweep=true` sweeps the penalty over decades instead. Tests leave the penalty out.
"""
from dataclasses import dataclass, replace

from ...layers import Conv2d, ConvTranspose2d, L1Penalty, ReLU, Sigmoid
from ...optim import NAM, Adam
from ...stack import Stack
from ...training import KeptCodes
from ...trials import Cell
from ..recipe import Paper, Recipe, Source
from ..settings import Settings, own, shared
from .figures import code_l1, figures
from .pictures import pictures

SWEEP = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)    # penalties


@dataclass
class NamSettings(Settings):
    """The paper's values. Kept codes are used where the decoder has several epochs in a row."""

    epochs: int = shared("epochs", 12)
    methods: str = shared("methods", "all")
    batch_size: int = shared("batch_size", 125)
    lr: float = own(0.001, "learning rate of the joint method, and of the encoder's phase", least=0)
    decoder_lr: float = own(0.01, "learning rate of the decoder's phase", least=0)
    penalty: float = shared("penalty", 1e-8)
    decoder_epochs: int = own(1, "epochs of the decoder in a row", least=1)
    encoder_epochs: int = own(1, "epochs of the encoder in a row", least=1)
    keep_codes: bool = own(True, "encode once for all of the decoder's epochs in a row")
    trials: int = shared("trials", 10)
    sweep: bool = own(False, "train with penalties from 1e-8 to 1e-3 instead")
    sweep_trials: int = own(3, "trials of each penalty of a sweep", least=1)


class NamAutoencoder(Recipe):
    name, about = "nam-autoencoder", "sparse codes of colour images: Adam on all against Adam by turns (paper 3, " \
                                     "section 1)"
    Settings = NamSettings
    source = Source(real="cifar-10-batches-bin", embedded="photographs", shape=(3, 32, 32))
    titles = {"joint": "joint Adam", "nam": "NAM"}
    paper = (Paper({"joint_test_loss": 0.0186, "nam_test_loss": 0.0212, "images_l1": 1415.94, "joint_code_l1": 3.59,
                    "nam_code_l1": 0.55, "code_l1_ratio": 6.57, "nam_over_joint_epoch_seconds": 0.85},
                   "cifar-10-batches-bin", penalty=1e-8, sweep=False),)

    def check(self, s):
        super().check(s)
        if s.sweep and len(self.methods(s)) < 2:
            raise ValueError(f"a sweep compares both methods; got methods={s.methods}")

    def cells(self, s):
        if not s.sweep:
            return super().cells(s)
        return [Cell(self, replace(s, seed=s.seed + trial, penalty=penalty), method,
                     {"penalty": penalty, "trial": trial}) for penalty in sorted({*SWEEP, s.penalty})
                for trial in range(s.sweep_trials) for method in self.titles]

    def network(self, s, method, shape):
        encoder = Stack([Conv2d(3, 12, 4, stride=2, padding=1), ReLU(), Conv2d(12, 24, 4, stride=2, padding=1), ReLU(),
                         Conv2d(24, 48, 4, stride=2, padding=1), ReLU(), L1Penalty(s.penalty)], name="encoder")
        decoder = Stack([ConvTranspose2d(48, 24, 4, stride=2, padding=1), ReLU(),
                         ConvTranspose2d(24, 12, 4, stride=2, padding=1), ReLU(),
                         ConvTranspose2d(12, 3, 4, stride=2, padding=1), Sigmoid()], name="decoder")
        return Stack([encoder, decoder])

    def optimizer(self, s, net, method, steps=1):
        """steps: mini-batches in an epoch."""
        if method == "joint":
            return Adam(net, s.lr)
        return NAM(net, [Adam(net["decoder"], s.decoder_lr), Adam(net["encoder"], s.lr)],
                   every=(steps * s.decoder_epochs, steps * s.encoder_epochs))

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)
        fit.optimizer = self.optimizer(s, fit.net, method, len(fit.batches))
        fit.measure = lambda net: {"code_l1": code_l1(net, data.test)}
        if method == "nam" and s.keep_codes and s.decoder_epochs > 1:
            fit.kept = KeptCodes(fit.net, fit.batches.images, fit.batches.size)
        return fit

    def figures(self, run):
        return figures(run)

    def pictures(self, run):
        yield from pictures(run)


recipe = NamAutoencoder()
