"""mnist-vae: paper 2, section 2.4, the variational autoencoder that generates digits.

Latent 3, Adam 0.001, batch 128, 40 epochs. The loss is |x - y|^2 / 2c + KL, summed over pixels, mean over images, with
the likelihood's variance c = 1; or binary cross-entropy + KL. The encoder gives logarithms of variances; the paper's
gives variances, and a loss of infinity where one is negative: `spread=variance`, which takes no step there.
"""
from dataclasses import dataclass

from ..layers.sampling import SPREADS
from ..models import digit_vae
from ..pictures import reconstruction_grid
from .recipe import Source
from .reported import Paper
from .settings import Settings, own, shared
from .variational import Variational


@dataclass
class VaeSettings(Settings):
    """The paper's values."""

    epochs: int = shared("epochs", 40)
    trials: int = shared("trials", 1)
    latent: int = shared("latent", 3)
    optimizer: str = shared("optimizer", "adam")
    batch_size: int = shared("batch_size", 128)
    lr: float | None = shared("lr", 0.001)
    loss: str = shared("loss", "mse", allowed=("mse", "bce"))
    likelihood_variance: float = own(1.0, "c, the variance of the likelihood that mse stands for", above=0)
    spread: str = own("logvar", "what the encoder gives beside means", allowed=SPREADS)


class MnistVae(Variational):
    name, about = "mnist-vae", "the variational autoencoder that generates digits (paper 2, section 2.4)"
    Settings = VaeSettings
    source = Source(real="mnist", embedded="digits", shape=(1, 28, 28))
    paper = (Paper({"train_loss": 19.383, "validation_loss": 19.473, "test_loss": 19.521}, data="mnist", loss="mse",
                   likelihood_variance=1.0, latent=3),)

    def network(self, s, method, shape):
        return digit_vae(s.latent, s.spread)

    def fit(self, s, data, method):
        fit = super().fit(s, data, method)
        if s.spread == "variance":    # else half of them begin below 0, and no step is ever taken
            fit.net["encoder"][-3].b[s.latent:] = 1
        return fit

    def pictures(self, run):
        """losses.png; parts.png, the two parts of the test loss; reconstructions.png; samples.png; walk.png."""
        yield from super().pictures(run)
        cell = run.trained[""]
        images = run.samples["images"]
        yield self.parts(run, cell)
        yield "reconstructions.png", reconstruction_grid(
            f"{run.title}: test images and what the mean of their codes gives", images / 255, cell.reconstruct(images),
            run.samples["labels"], run.credit)
        yield self.samples(run, cell)
        yield self.walk(run, cell)


recipe = MnistVae()
