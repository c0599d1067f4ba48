"""fashion-judge: the classifier that measures what fashion-gan makes, by its 64 features and by its classes.

Two convolutions with max pooling, a Linear of 64 units, a Linear of 10 classes; cross-entropy, Adam 0.001, batch 128.
"""
from dataclasses import dataclass

from ..layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from ..stack import Stack
from ..training import accuracy
from .classifier import CLASSES, Labelled
from .recipe import Source
from .settings import Settings, shared

FEATURES = 64


@dataclass
class JudgeSettings(Settings):
    """Our own values."""

    epochs: int = shared("epochs", 10)
    optimizer: str = shared("optimizer", "adam")
    batch_size: int = shared("batch_size", 128)
    lr: float | None = shared("lr", 0.001)


class FashionJudge(Labelled):
    name, about = "fashion-judge", "the classifier that measures fashion-gan's images"
    Settings = JudgeSettings
    source = Source(real="fashion-mnist", embedded="digits", shape=(1, 28, 28))

    def network(self, s, method, shape):
        convolutions = [layer for c_in, c_out in ((1, 16), (16, 32)) for layer in
                        (Conv2d(c_in, c_out, 3, padding=1), ReLU(), MaxPool2d(2))]
        features = Stack([*convolutions, Flatten(), Linear(49 * 32, FEATURES), ReLU()], name="features")
        return Stack([features, Stack([Linear(FEATURES, CLASSES)], name="classes")])

    def cell_figures(self, s, fit, data, method):
        return {"test_accuracy": accuracy(fit.net, fit.test_batches)}


recipe = FashionJudge()
