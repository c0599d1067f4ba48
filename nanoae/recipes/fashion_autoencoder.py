"""fashion-autoencoder: paper 5, table 1: a convolutional autoencoder with batch norm, three numbers a code.

Convolutions 7, 10, 16 (kernel 3, stride 2, padding 1, 1, 0), each with batch norm and ReLU; Linear 32, ReLU; Linear 3;
the decoder mirrored. Mean squared error, L2 penalty 1e-5, Adam 0.001, batch 128. The table prints batch norm and ReLU
after the decoder's last layer, too: that is `end=relu`. The default is a sigmoid in their place, which trains to the
lower loss.
"""
from dataclasses import dataclass

from ..data import scaled
from ..data.mnist import class_names
from ..models import conv_autoencoder
from ..pictures import reconstruction_grid
from .recipe import Recipe, Source
from .settings import Settings, own, shared


@dataclass
class FashionSettings(Settings):
    """Table 1's values."""

    epochs: int = shared("epochs", 20)
    optimizer: str = shared("optimizer", "adam")
    latent: int = shared("latent", 3, search=(2, 14, "even"))
    filters1: int = own(7, "channels of the first convolution", least=1, search=(4, 16, "even"))
    filters2: int = own(10, "channels of the second convolution", least=1, search=(4, 24, "even"))
    filters3: int = own(16, "channels of the third convolution", least=1, search=(8, 32, "even"))
    neurons: int = own(32, "outputs of the Linear before the code, and after it", least=1, search=(16, 128, "log"))
    batch_size: int = shared("batch_size", 128)
    lr: float | None = shared("lr", None)
    weight_decay: float = shared("weight_decay", 1e-5)
    end: str = own("sigmoid", "after the last layer; relu: with batch norm, as printed", allowed=("sigmoid", "relu"))


class FashionAutoencoder(Recipe):
    name, about = "fashion-autoencoder", "convolutional autoencoder with batch norm, of clothes (paper 5, table 1)"
    Settings = FashionSettings
    source = Source(real="fashion-mnist", embedded="digits", shape=(1, 28, 28))
    searched: tuple = "filters1", "filters2", "filters3", "neurons", "optimizer", "lr", "latent"

    def network(self, s, method, shape):
        return conv_autoencoder(s.latent, (s.filters1, s.filters2, s.filters3), s.neurons, batch_norm=True, end=s.end)

    def pictures(self, run):
        """losses.png; reconstructions.png of the sample images."""
        yield from super().pictures(run)
        images, names = run.samples["images"], class_names(run.config["data_name"], 256)
        cell = next(iter(run.trained.values()))
        yield "reconstructions.png", reconstruction_grid(
            f"{run.title}: test images and their reconstructions", scaled(images), cell.reconstruct(images),
            [names[label] for label in run.samples["labels"]], run.credit)


recipe = FashionAutoencoder()
