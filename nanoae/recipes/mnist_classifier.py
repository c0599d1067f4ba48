"""mnist-classifier: paper 2, sections 2.3 and 3.3: an autoencoder's encoder learns to tell digits apart.

    x -> conv 8, 16, 32 -> Linear 64, ReLU -> Linear latent          the trained encoder
    x -> conv 8, 16, 32 -> Linear 64, ReLU -> Linear 10              the classifier: its last layer is new

`frozen` trains the new layer alone, as the paper says it did; `finetuned` trains everything. Adam 0.006, batch 128, 20
epochs; one of six stratified folds of the training images is held out for the validation loss. The encoder is that of
mnist-autoencoder with the paper's tuned settings, but for `latent`.
"""
from dataclasses import dataclass

from ..data.folds import Fold
from ..layers import Linear
from ..optim import make_optimizer
from .classifier import CLASSES, Classifier, ClassifierSettings
from .recipe import Paper, Source
from .settings import shared
from .transfer import trained_encoder

FOLDS = 6    # of which one is held out: 10,000 images of MNIST


@dataclass
class MnistClassifierSettings(ClassifierSettings):
    """The paper's values; latent 10 is its other network."""

    epochs: int = shared("epochs", 20)
    latent: int = shared("latent", 2)
    lr: float = shared("lr", 0.006)
    weight_decay: float = shared("weight_decay", 0.0)


class MnistClassifier(Classifier):
    name, about = "mnist-classifier", "a trained encoder tells digits apart, frozen and fine-tuned (paper 2, 2.3)"
    Settings = MnistClassifierSettings
    source = Source(real="mnist", embedded="digits", shape=(1, 28, 28))
    titles = {"frozen": "last layer alone", "finetuned": "everything trained"}
    encoders = "mnist-autoencoder", "mnist-denoising"
    paper = (Paper({"frozen_test_accuracy": 0.9646, "finetuned_test_accuracy": 0.9646, "train_loss": 0.113,
                    "validation_loss": 0.129, "test_loss": 0.115}, "mnist", latent=2),
             Paper({"frozen_test_accuracy": 0.9804, "finetuned_test_accuracy": 0.9804, "validation_loss": 0.086,
                    "test_loss": 0.064}, "mnist", latent=10))
    frozen = {"frozen": -1}

    def encoder_settings(self, s):
        return {"settings": "paper-tuned", "latent": s.latent}

    def folds(self, s):
        return [Fold(0, FOLDS, "stratified", s.seed)]

    def network(self, s, method, shape):
        encoder = trained_encoder(s.encoder, shape)
        last = encoder[-1]
        if not isinstance(last, Linear):
            raise ValueError(f"{s.encoder}: its encoder ends with {last!r}; a Linear is replaced here")
        return encoder.replaced(str(len(encoder) - 1), Linear(last.in_features, CLASSES))

    def optimizer(self, s, net, method):
        return make_optimizer("adam", net[-1] if method in self.frozen else net, s.lr, s.weight_decay)


recipe = MnistClassifier()
