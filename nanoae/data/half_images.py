"""Paper 3's pictures: grey noise, whiter on the left half than on the right."""
from functools import cache

import numpy as np

from .dataset import Dataset


@cache
def load_half_images(train=100, test=10, size=10, low=(0.0, 0.4), high=(0.6, 1.0), seed=0):
    """The Dataset: 1 x size x size, the left half uniform in `high` and the right half in `low`; labels are all 0.

    Raises ValueError for ranges outside of [0, 1] or the wrong way round.
    """
    for first, last in (low, high):
        if not 0 <= first <= last <= 1:
            raise ValueError(f"a range of grey runs upwards within 0 and 1; got {first} to {last}")
    rng = np.random.default_rng(seed)
    shape = (train + test, 1, size, size)
    right = rng.uniform(low[0], low[1], shape)
    left = rng.uniform(high[0], high[1], shape)
    images = np.where(np.arange(size) < size // 2, left, right)
    images = np.round(255 * images).astype(np.uint8)
    labels = np.zeros(train + test, np.uint8)
    return Dataset("half-images", "embedded", images[:train], labels[:train], images[train:], labels[train:],
                   "half-images: drawn by nanoae")
