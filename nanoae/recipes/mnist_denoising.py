"""mnist-denoising: paper 2, section 2.2: noise of standard deviation 1 on the input, the clean image as the target.

    x + z, z ~ N(0, 1), not cut off -> encoder -> decoder -> mean squared error against x

The training images are cut into five folds; each is held out once, so five networks are trained. `--set settings=`
names a column of values:

             latent   batch_size   lr      weight_decay   dropout
    ours     48       128          0.001   0              0          the default
    paper    48       128          0.006   5e-5           0.0775     what the paper's random search found
"""
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..data import Batches, Noise, scaled
from ..models import conv_autoencoder
from ..pictures import image_rows
from .mnist_autoencoder import MnistSettings
from .recipe import Paper, Recipe, Source
from .settings import own, shared


@dataclass
class DenoisingSettings(MnistSettings):
    """What is left out (None) has the value of the column."""

    COLUMNS: ClassVar = {"ours": MnistSettings.COLUMNS["ours"], "paper": MnistSettings.COLUMNS["paper-tuned"]}

    folds: int = shared("folds", 5)
    split: str = shared("split", "shuffled")
    noise: float = own(1.0, "standard deviation of the noise, which is not cut off", least=0)


class MnistDenoising(Recipe):
    name, about = "mnist-denoising", "the autoencoder removes noise, five folds (paper 2, section 2.2)"
    Settings = DenoisingSettings
    source = Source(real="mnist", embedded="digits", shape=(1, 28, 28))
    paper = (Paper({"validation_loss": 0.0307, "test_loss": 0.0303}, "mnist", noise=1.0, latent=48),)
    searched = "batch_size", "lr", "latent", "dropout"

    def network(self, s, method, shape):
        return conv_autoencoder(s.latent, dropout=s.dropout, init=s.init)

    def batches(self, s, images, labels, seeds, size):
        return Batches(images, size, s.dtype, corrupt=Noise(s.noise, seeds.inputs, clip=False))

    def pictures(self, run):
        """losses.png over the folds; denoised.png: noisy, original and reconstruction."""
        yield from super().pictures(run)
        images = scaled(run.samples["images"][:8])
        noisy = images + run.settings.noise * np.random.default_rng(0).standard_normal(images.shape, np.float32)
        cell = run.trained[""]
        rows = {"noisy": noisy, "original": images, "reconstruction": cell.outputs(noisy)}
        yield "denoised.png", image_rows(f"{run.title}: noise of standard deviation {run.settings.noise:g}", rows,
                                         run.credit, against="original")


recipe = MnistDenoising()
