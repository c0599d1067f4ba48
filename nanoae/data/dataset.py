"""What every source gives: training and test images with labels, and where they came from."""
from dataclasses import dataclass, replace

import numpy as np


class DataError(Exception):
    """A data set is missing or a file of it is bad; the text says which, where and what to do, on one line."""

    def __init__(self, text):
        super().__init__(" ".join(str(text).split()))


@dataclass(frozen=True)
class Dataset:
    """Images uint8 (n, c, h, w), labels uint8 (n,). source: 'embedded', or the folder that was read. validation: what
    a Fold took out of the training images, or the set itself. targets: of pairs, the other images, like the images."""

    name: str
    source: str
    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray
    credit: str
    validation: np.ndarray | None = None
    validation_labels: np.ndarray | None = None
    train_targets: np.ndarray | None = None
    test_targets: np.ndarray | None = None
    validation_targets: np.ndarray | None = None

    @property
    def shape(self):
        """(c, h, w) of one image."""
        return self.train.shape[1:]

    def inverted(self):
        """The same with every image and target inverted: 255 minus itself."""
        images = "train", "test", "validation", "train_targets", "test_targets", "validation_targets"
        there = {name: getattr(self, name) for name in images if getattr(self, name) is not None}
        return replace(self, **{name: 255 - array for name, array in there.items()})

    def sentence(self):
        """What a run says about its data."""
        where = "embedded, nothing was downloaded" if self.source == "embedded" else f"from {self.source}"
        return f"{self.name} ({where}): {len(self.train):,} training and {len(self.test):,} test images"
