"""What variational autoencoders have in common: a loss in two parts, latent numbers, images from samples.

    loss of an image = reconstruction, summed over its pixels + KL divergence of its code's distribution from N(0, I)

Tests draw each image's code once, always from the same numbers. An image with a variance that is not above 0 costs
infinitely much: tests take the mean over all others, and tell its share.
"""
import math

import numpy as np

from ..data import Batches, scaled
from ..losses import bce, mse
from ..pictures import curves_against, image_grid
from ..training import SkippingFit, mean_loss, mean_penalty
from ..trials.opened import through
from .recipe import Recipe

ACTIVE = 0.01    # a latent number is used where its means over test images have a larger variance (Burda et al. 2016)
STEPS = np.linspace(-2.5, 2.5, 11)    # of a walk along one latent number, in standard deviations
UNITS = {"mse": "squared error / 2c + KL, an image", "bce": "nats, an image"}


class Variational(Recipe):
    """The base of mnist-vae and lookahead-vae. Settings have a `loss`, mse or bce, and a `likelihood_variance`."""

    reduction = "sample"
    training = SkippingFit

    def loss(self, s):
        """The reconstruction's negative log-likelihood, a constant left out: |x - y|^2 / 2c, or the cross-entropy."""
        return bce if s.loss == "bce" else mse.times(0.5 / s.likelihood_variance)

    def unit(self, s):
        return UNITS[s.loss]

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)

        def test(net, loss, batches):
            drawn, finite = np.random.default_rng(s.seed), self.finite(s, net, batches)
            if finite is None:
                return math.inf
            return mean_loss(net, loss, finite, self.reduction, drawn) + mean_penalty(net["encoder"], finite)

        def measure(net):
            finite = self.finite(s, net, fit.test_batches)
            if finite is None:
                return {"test_kl": math.inf, "infinite_test_share": 1.0}
            return {"test_kl": mean_penalty(net["encoder"], finite),
                    "infinite_test_share": 1 - len(finite.images) / len(fit.test_batches.images)}

        fit.test, fit.measure = test, measure
        return fit

    def finite(self, s, net, batches):
        """Those of the images whose loss is finite, as Batches; None where there is none."""
        if getattr(s, "spread", "logvar") == "logvar":
            return batches
        variances = through(net["encoder"][:-2], scaled(batches.images, net.dtype))[:, s.latent:]    # means come first
        whole = np.all(variances > 0, axis=1)
        return Batches(batches.images[whole], batches.size, s.dtype) if whole.any() else None

    def cell_figures(self, s, fit, data, method):
        """The two parts of the test loss, the share of images that it leaves out, the latent numbers in use, and the
        steps that were skipped."""
        last = fit.history[-1]
        means = through(fit.net["encoder"], scaled(data.test, fit.net.dtype))
        return {"test_reconstruction": last["test_loss"] - last["test_kl"], "test_kl": last["test_kl"],
                "infinite_test_share": last["infinite_test_share"],
                "active_units": int(np.sum(means.var(axis=0) > ACTIVE)),
                "skipped_steps": sum(line["skipped"] for line in fit.history)}

    def parts(self, run, cell, name=""):
        """(file, figure): reconstruction and KL divergence of the test images over epochs."""
        epochs, kl = zip(*((line["epoch"], line["test_kl"]) for line in cell.history), strict=True)
        rest = [line["test_loss"] - line["test_kl"] for line in cell.history]
        return f"{name}parts.png", curves_against(f"{run.title}: the two parts of the test loss", {
            "reconstruction": (epochs, rest), "KL divergence": (epochs, kl)}, "epoch", self.unit(run.settings))

    def samples(self, run, cell, name="", rows=6, columns=12):
        """(file, figure): images decoded from draws from N(0, I)."""
        latent = cell.net["decoder"].in_shape[0]
        z = np.random.default_rng(run.settings.seed).standard_normal((rows * columns, latent))
        images = cell.decode(z)
        return f"{name}samples.png", image_grid(f"{run.title}: images decoded from draws from N(0, I)",
                                                images.reshape(rows, columns, *images.shape[1:]), credit=run.credit)

    def walk(self, run, cell, name="", most=8):
        """(file, figure): images decoded along each latent number, the others at 0."""
        latent = cell.net["decoder"].in_shape[0]
        count = min(latent, most)
        z = np.zeros((count, len(STEPS), latent))
        z[np.arange(count), :, np.arange(count)] = STEPS
        images = cell.decode(z.reshape(-1, latent))
        return f"{name}walk.png", image_grid(
            f"{run.title}: a walk through the latent space", images.reshape(count, len(STEPS), *images.shape[1:]),
            [f"number {k + 1}" for k in range(count)], [f"{step:g}" for step in STEPS], "latent number that is moved",
            "its value; all others are 0", run.credit)
