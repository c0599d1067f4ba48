"""fashion-classifier: paper 5: a convolutional network on the codes of images against a similar one on the images.

    images    x 1x28x28 -> conv 16, 14x14 -> conv 32, 7x7 -> Linear 64, ReLU -> Linear 10
    codes     encoder, which stands still -> 1 x 1 x latent -> conv 16 -> conv 32 -> Linear 64, ReLU -> Linear 10

Kernels are 3 x 3 with stride 2, on codes 1 x 3 with stride 1; cross-entropy, Adam 0.001, batch 128, 50 epochs. The
encoder is fashion-autoencoder's. The paper shows learning curves without figures.
"""
from dataclasses import dataclass

from ..layers import Conv2d, Flatten, Linear, ReLU, Reshape
from ..optim import make_optimizer
from ..stack import Stack
from .classifier import CLASSES, Classifier, ClassifierSettings
from .recipe import Source
from .settings import shared
from .transfer import trained_encoder


@dataclass
class FashionClassifierSettings(ClassifierSettings):
    """The paper's epochs; the rest is our choice."""

    epochs: int = shared("epochs", 50)
    latent: int = shared("latent", 3)
    lr: float = shared("lr", 0.001)
    pretrain_epochs: int | None = shared("pretrain_epochs", 20)


class FashionClassifier(Classifier):
    name, about = "fashion-classifier", "clothes told apart by their codes and by their images (paper 5)"
    Settings = FashionClassifierSettings
    source = Source(real="fashion-mnist", embedded="digits", shape=(1, 28, 28))
    titles = {"images": "on the images", "codes": "on the codes"}
    encoders = "fashion-autoencoder", "fashion-latent"
    frozen = {"codes": 1}

    def encoder_settings(self, s):
        return {"latent": s.latent}

    def network(self, s, method, shape):
        if method == "images":
            return Stack([Conv2d(1, 16, 3, stride=2, padding=1), ReLU(), Conv2d(16, 32, 3, stride=2, padding=1), ReLU(),
                          Flatten(), Linear(32 * 49, 64), ReLU(), Linear(64, CLASSES)])
        encoder = trained_encoder(s.encoder, shape)
        latent = encoder[-1].out_features
        head = [Reshape((1, 1, latent)), Conv2d(1, 16, (1, 3), padding=(0, 1)), ReLU(),
                Conv2d(16, 32, (1, 3), padding=(0, 1)), ReLU(), Flatten(), Linear(32 * latent, 64), ReLU(),
                Linear(64, CLASSES)]
        return Stack([encoder, *head])

    def optimizer(self, s, net, method):
        return make_optimizer("adam", net[self.frozen.get(method, 0):], s.lr)


recipe = FashionClassifier()
