"""fashion-gan: paper 5's generative adversarial network on Fashion-MNIST.

Both networks are four convolutions. Equation 2 lets the discriminator maximise a payoff v, equation 3 prints v with the
signs of a loss to be minimised; here both players minimise, the discriminator equation 3, the generator equation 4
(non-saturating) or the negative of its part of equation 3 (minimax). The paper gives pictures and no figure of quality;
here a classifier of our own, fashion-judge, measures.
"""
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...data import scaled
from ...data.mnist import class_names
from ...losses import bce_with_logits
from ...models import dcgan
from ...optim import Adam
from ...pictures import image_grid
from ...training.discriminator import GAMES
from ...trials import Cell
from ...trials.opened import OpenedCell
from ..fashion_judge import recipe as judge
from ..recipe import Recipe, Source
from ..settings import Settings, like, own, shared, widths
from . import pictures
from .game import Game
from .quality import Quality, fingerprint

JUDGE = "judge"
SEED = 0    # of the judge, whatever the run's


@dataclass
class GanSettings(Settings):
    """DCGAN's values, at widths that a laptop trains."""

    epochs: int = shared("epochs", 10)
    trials: int = shared("trials", 1)
    loss: str = shared("loss", "non-saturating", allowed=tuple(GAMES))
    latent: int = shared("latent", 100)
    channels: str = own("64-32-16", "the generator's widths, from the noise on; the discriminator's mirror them")
    batch_size: int = shared("batch_size", 128)
    lr: float | None = shared("lr", 2e-4)
    beta1: float = own(0.5, "Adam's, of both players", least=0, below=1)
    samples: int = own(10_000, "images that are made and measured", least=128)
    judge: str | None = own(None, "the directory of a run of fashion-judge; none: one is trained first")
    judge_epochs: int = own(10, "of the judge that is trained first", least=1)


class FashionGan(Recipe):
    name, about = "fashion-gan", "generator against discriminator on Fashion-MNIST (paper 5)"
    Settings = GanSettings
    steered = False
    source = Source(real="fashion-mnist", embedded="digits", shape=(1, 28, 28))
    training = Game
    searchable = False

    def check(self, s):
        super().check(s)
        widths("channels", s.channels, 3)
        self.check_named(s, "judge", (judge.name,))

    def cells(self, s):
        """The judge, once for all trials, then the trials, each in a directory of its own."""
        if s.judge is not None:
            return super().cells(s)
        first = Cell(judge, replace(like(s, judge.Settings, epochs=s.judge_epochs), seed=SEED), JUDGE)
        return [first, *(replace(cell, labels=cell.labels or {"trial": 0}, needs=(first,)) for cell in
                         super().cells(s))]

    def settle(self, s, method, needed):
        return replace(s, judge=str(needed[JUDGE].path.resolve())) if needed else s

    def loss(self, s):
        return bce_with_logits

    def takes(self, s, method, shape):
        return (s.latent, 1, 1)

    def network(self, s, method, shape):
        return dcgan(s.latent, widths("channels", s.channels, 3))

    def optimizer(self, s, net, method):
        return Adam(net["generator"], s.lr, (s.beta1, 0.999))

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)
        fit.rival = Adam(fit.net["discriminator"], s.lr, (s.beta1, 0.999))
        fit.game, fit.test = s.loss, None
        fit.quality = Quality(OpenedCell(Path(s.judge), judge, s.backend).net, data.test, s.samples)
        fit.measure = lambda net: fit.means() | {
            "frechet_distance": fit.quality.distance(fit.quality.made(net["generator"], s.seed))}
        return fit

    def cell_figures(self, s, fit, data, method):
        """Distances of the made images, of noise and of training images; each class's share of the made images."""
        quality = fit.quality
        shares = quality.class_shares(quality.made(fit.net["generator"], s.seed))
        last = {name: fit.history[-1][name] for name in ("frechet_distance", "generator_loss", "d_real", "d_fake")}
        return last | {
            "frechet_distance_noise": quality.distance(quality.noise(s.seed)),
            "frechet_distance_train": quality.distance(scaled(data.train[:s.samples], fit.net.dtype)),
            "smallest_class_share": float(shares.min()),
            **{f"class_{k}_share": float(share) for k, share in enumerate(shares)}}

    def figures(self, run):
        """The cells' figures, and which judge measured: its accuracy and its weights' SHA-256."""
        of = OpenedCell(Path(run.settings.judge), judge) if run.settings.judge else next(
            cell for cell in run.cells if cell.method == JUDGE)
        return super().figures(run) | {"judge_test_accuracy": of.summary["metrics"]["test_accuracy"],
                                       "judge_sha256": fingerprint(of.net)}

    def pictures(self, run):
        """losses.png, both players'; ratings.png, D(x) and D(G(z)); saturation.png; quality.png; growth.png, images
        from the same noise as training goes; samples.png; classes.png."""
        cell = run.trained[""]
        trace, growth = cell.kept("trace"), cell.kept("growth")
        yield "losses.png", pictures.losses(run.title, trace)
        yield "ratings.png", pictures.ratings(run.title, trace)
        yield "saturation.png", pictures.saturation(f"{run.title}, {cell.settings.loss}", trace)
        yield "quality.png", pictures.quality(run.title, cell.history, cell.summary["metrics"])
        rows = np.unique(np.linspace(0, len(growth) - 1, min(len(growth), 11)).astype(int))
        yield "growth.png", image_grid(f"{run.title}: images from the same noise as training goes", growth[rows] / 255,
                                       rows, rows_label="epochs trained", credit=run.credit)
        z = np.random.default_rng(run.settings.seed + 1).standard_normal((72, run.settings.latent, 1, 1))
        made, _ = cell.net["generator"].forward(z.astype(cell.net.dtype))
        yield "samples.png", image_grid(f"{run.title}: made images", made.reshape(6, 12, *made.shape[1:]),
                                        credit=run.credit)
        names = class_names(run.config["data_name"], 10)
        yield "classes.png", pictures.classes(run.title, [cell.summary["metrics"] for cell in run.finished("")], names)


recipe = FashionGan()
