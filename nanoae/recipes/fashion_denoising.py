"""fashion-denoising: paper 5, figure 2: what an autoencoder does to images with blackened pixels, and with noise.

Two networks of the paper's kind: with a code of three numbers, and overcomplete, with wider layers and a code longer
than the image, which the paper expects to learn the identity. Each is trained on clean images, as the paper did, and
on images with half of the pixels black, which it left out. Errors are taken over all test images, before (the spoilt
image) and after (its reconstruction), against the clean image.
"""
from dataclasses import dataclass

import numpy as np

from ..data import Batches, Blackened, Noise, scaled
from ..models import conv_autoencoder
from ..optim import Adam
from ..pictures import image_rows
from ..pictures.denoising import errors_by_level, improvement_by_darkness
from ..training import Seeds
from ..trials.opened import through
from .recipe import Recipe, Source
from .settings import Settings, own, shared

SPOILT = {**{f"black_{share}": (Blackened, share / 100) for share in (10, 30, 50, 70)},
          **{f"gauss_{std}": (Noise, std / 100) for std in (10, 25, 50)}}


@dataclass
class FashionDenoisingSettings(Settings):
    """Table 1's values; the overcomplete network is ours."""

    epochs: int = shared("epochs", 10)
    methods: str = shared("methods", "all")
    latent: int = shared("latent", 3)
    overcomplete: int = own(800, "numbers in a code of the overcomplete networks, of 784 pixels", least=785)
    black: float = own(0.5, "share of pixels blackened in the training of the _noise networks", least=0, most=1)
    batch_size: int = shared("batch_size", 128)
    lr: float = shared("lr", 0.001)
    weight_decay: float = shared("weight_decay", 1e-5)


class FashionDenoising(Recipe):
    name, about = "fashion-denoising", "black pixels and noise, few and many numbers a code (paper 5, figure 2)"
    Settings = FashionDenoisingSettings
    source = Source(real="fashion-mnist", embedded="digits", shape=(1, 28, 28))
    titles = {"over": "overcomplete", "over_noise": "overcomplete, trained with black pixels",
              "under_noise": "undercomplete, trained with black pixels", "under": "undercomplete"}

    def network(self, s, method, shape):
        if method.startswith("over"):    # no layer before the code is narrower than the image
            return conv_autoencoder(s.overcomplete, (16, 32, 96), s.overcomplete, batch_norm=True)
        return conv_autoencoder(s.latent, (7, 10, 16), 32, batch_norm=True)

    def optimizer(self, s, net, method):
        return Adam(net, s.lr, weight_decay=s.weight_decay)

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)
        if method.endswith("_noise"):
            fit.batches.corrupt = Blackened(s.black, fit.seeds.inputs)
        return fit

    def cell_figures(self, s, fit, data, method):
        """SPOILT_before and SPOILT_after: squared error per pixel over all test images; SPOILT_dark_correlation: of an
        image's improvement with the share of its pixels that are dark, Spearman's."""
        dark = dark_share(data.test)
        found: dict = {}
        for name in SPOILT:
            x = spoilt(name, data.test, s.seed)
            before, after = image_errors(x, data.test), image_errors(through(fit.net, x), data.test)
            found |= {f"{name}_before": float(before.mean()), f"{name}_after": float(after.mean()),
                      f"{name}_dark_correlation": rank_correlation(before - after, dark)}
        return found

    def pictures(self, run):
        """losses.png; errors.png, before and after by level; dark.png, improvement of each image; denoised.png."""
        yield from super().pictures(run)
        figures = {self.titles[method]: cell.summary["metrics"] for method, cell in run.trained.items() if cell.summary}
        if figures:
            yield "errors.png", errors_by_level(run.title, SPOILT, figures)
        test, cell = run.data.test[:2000], list(run.trained.values())[-1]
        x = spoilt("black_30", test, run.settings.seed)
        gain = image_errors(x, test) - image_errors(cell.outputs(x), test)
        title = f"{run.title}, {self.titles[cell.method]}:\n30% of the pixels blackened"
        yield "dark.png", improvement_by_darkness(title, dark_share(test), gain)
        images = run.samples["images"][:8]
        noisy = spoilt("black_50", images, run.settings.seed)
        rows = {"original": scaled(images), "half black": noisy} | {
            self.titles[method].replace(", trained ", ",\ntrained\n"): cell.outputs(noisy)
            for method, cell in run.trained.items()}
        yield "denoised.png", image_rows(f"{run.title}: half of the pixels blackened", rows, run.credit)


def spoilt(name, images, seed):
    """The images as floats, spoilt in one of the kinds and levels; the same for the same seed."""
    kind, level = SPOILT[name]
    x, _ = next(Batches(images, len(images), corrupt=kind(level, Seeds(seed).inputs)).in_order())
    return x


def image_errors(x, images):
    """The squared error per pixel (n,) of each image."""
    return np.mean((x - scaled(images)) ** 2, axis=(1, 2, 3), dtype=np.float64)


def dark_share(images):
    """The share of each clean image's pixels that are black."""
    return np.mean(images == 0, axis=(1, 2, 3))


def rank_correlation(a, b):
    """Spearman's correlation."""
    from scipy.stats import spearmanr
    return float(spearmanr(a, b).statistic)


recipe = FashionDenoising()
