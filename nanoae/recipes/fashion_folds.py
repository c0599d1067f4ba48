"""fashion-folds: paper 5's validation of its autoencoder: six sequential folds, 20 epochs, learning curves with spread.

Each sixth of the training images, in their order, is held out once. The paper shows curves without figures, and finds
little variability between folds.
"""
from dataclasses import dataclass

import numpy as np

from .fashion_autoencoder import FashionAutoencoder, FashionSettings
from .settings import shared


@dataclass
class FoldsSettings(FashionSettings):
    """The paper's folds."""

    folds: int = shared("folds", 6)
    split: str = shared("split", "sequential")


class FashionFolds(FashionAutoencoder):
    name, about = "fashion-folds", "the clothes' autoencoder over six folds (paper 5, figure 1)"
    Settings = FoldsSettings

    def figures(self, run):
        """Losses over folds, and validation_spread: their standard deviation over their mean."""
        found = super().figures(run)
        if "validation_loss_values" in found:
            values = found["validation_loss_values"]
            found["validation_spread"] = float(np.std(values, ddof=1) / np.mean(values))
        return found


recipe = FashionFolds()
