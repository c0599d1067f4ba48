"""lookahead-vae: paper 1's convolutional variational autoencoder on CIFAR-100, Adam against Lookahead around Adam.

Convolutions 3-32-64-128, kernels 4, strides 2; latent 128, batch 128, learning rate 0.001, 50 epochs; binary
cross-entropy plus KL. In each trial both methods start from the same weights and see the same batches and draws. The
paper shows one training curve of each; here are five trials, held-out images, and the interval of their difference.
"""
from dataclasses import dataclass

import numpy as np

from ..data import scaled
from ..models import photograph_vae
from ..optim import make_optimizer
from ..pictures import curves_with_bands, image_rows
from ..pictures.bands import CURVES
from ..trials import interval_figures
from .recipe import Source
from .settings import Settings, own, shared
from .variational import Variational

STYLES = {"adam": CURVES["blue"], "lookahead": CURVES["red"]}


@dataclass
class PhotographSettings(Settings):
    """The paper's values, and five trials."""

    epochs: int = shared("epochs", 50)
    methods: str = shared("methods", "all")
    trials: int = shared("trials", 5)
    latent: int = shared("latent", 128)
    batch_size: int = shared("batch_size", 128)
    lr: float | None = shared("lr", 0.001)
    loss: str = shared("loss", "bce", allowed=("mse", "bce"))
    likelihood_variance: float = own(1.0, "c, the variance of the likelihood that mse stands for", above=0)


class LookaheadVae(Variational):
    name, about = "lookahead-vae", "CIFAR-100: Adam against Lookahead(Adam) (paper 1, the CVAE)"
    Settings = PhotographSettings
    source = Source(real="cifar-100-binary", embedded="photographs", shape=(3, 32, 32))
    titles = {"adam": "Adam", "lookahead": "Lookahead(Adam)"}

    def network(self, s, method, shape):
        return photograph_vae(s.latent)

    def optimizer(self, s, net, method):
        return make_optimizer(method, net, s.lr)

    def figures(self, run):
        """Each method's losses and their parts; lookahead_minus_adam_train_loss and _test_loss, trial by trial: below 0
        where Lookahead's is lower."""
        found = super().figures(run)
        pairs = self.pairs(run)
        for kind in ("train_loss", "test_loss"):
            gaps = [lookahead.summary[kind] - adam.summary[kind] for adam, lookahead in pairs]
            if gaps:
                name = f"lookahead_minus_adam_{kind}"
                found |= interval_figures(name, gaps) if len(gaps) > 1 else {name: gaps[0]}
        return found

    def pairs(self, run):
        """(Adam's cell, Lookahead's) of each trial that both finished."""
        adam, lookahead = ({cell.labels.get("trial"): cell for cell in run.finished(method)} for method in self.titles)
        return [(adam[trial], lookahead[trial]) for trial in adam if trial in lookahead]

    def pictures(self, run):
        """losses.png, training and held-out losses over all trials; reconstructions.png; METHOD-samples.png."""
        panels: dict = {"training": [], "held out": []}
        for method in run.trained:
            histories = [cell.history for cell in run.finished(method)]
            for panel, kind in zip(panels.values(), ("train_loss", "test_loss"), strict=True):
                panel.append((self.titles[method], STYLES[method], [line["epoch"] for line in histories[0]],
                              np.array([[line[kind] for line in history] for history in histories])))
        yield "losses.png", curves_with_bands(run.title, panels, "epoch", self.unit(run.settings))
        images = run.samples["images"][:5]
        rows = {"original": scaled(images)} | {self.titles[method]: cell.reconstruct(images)
                                               for method, cell in run.trained.items()}
        yield "reconstructions.png", image_rows(
            f"{run.title}: test images and what the mean of their codes gives", rows, run.credit)
        for method, cell in run.trained.items():
            yield self.samples(run, cell, f"{method}-")


recipe = LookaheadVae()
