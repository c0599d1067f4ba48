"""mnist-optimizers: paper 2, section 3.1: Adam 0.001, Adadelta 1.0 and RMSProp 0.01 on its baseline network.

All three start from the same weights and see the same mini-batches. The paper says only that Adam's validation loss was
the lowest.
"""
from dataclasses import dataclass

from ..models import conv_autoencoder
from ..optim import make_optimizer
from .recipe import Recipe, Source
from .settings import Settings, shared

LR = {"rmsprop": 0.01, "adadelta": 1.0, "adam": 0.001}


@dataclass
class OptimizersSettings(Settings):
    """The paper's baseline."""

    epochs: int = shared("epochs", 40)
    methods: str = shared("methods", "all")
    latent: int = shared("latent", 2)
    batch_size: int = shared("batch_size", 256)
    weight_decay: float = shared("weight_decay", 5e-5)
    init: str = shared("init", "pytorch")


class MnistOptimizers(Recipe):
    name, about = "mnist-optimizers", "the autoencoder by Adam, Adadelta and RMSProp (paper 2, section 3.1)"
    Settings = OptimizersSettings
    source = Source(real="mnist", embedded="digits", shape=(1, 28, 28))
    titles = {"rmsprop": "RMSProp, lr 0.01", "adadelta": "Adadelta, lr 1.0", "adam": "Adam, lr 0.001"}

    def network(self, s, method, shape):
        return conv_autoencoder(s.latent, init=s.init)

    def optimizer(self, s, net, method):
        return make_optimizer(method, net, LR[method], s.weight_decay)


recipe = MnistOptimizers()
