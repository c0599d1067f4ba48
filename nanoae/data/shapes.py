"""Procedural pictures: soft discs, bars, rings and waves of random place, size and brightness. Needs nothing."""
from functools import cache

import numpy as np

from .dataset import Dataset

KINDS = ("disc", "ring", "bar", "wave")


def draw(kind, rng, size=28):
    """One picture uint8 (size, size) of a kind in KINDS."""
    y, x = np.mgrid[:size, :size] / (size - 1) * 2 - 1    # both run from -1 to 1
    x, y = x - rng.uniform(-0.4, 0.4), y - rng.uniform(-0.4, 0.4)
    angle, scale, softness = rng.uniform(0, np.pi), rng.uniform(0.25, 0.6), 0.06
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    radius = np.hypot(x, y)
    distance = {    # below 0 inside the shape
        "disc": radius - scale,
        "ring": np.abs(radius - scale) - 0.12,
        "bar": np.maximum(np.abs(along) - 1.3 * scale, np.abs(across) - 0.14),
        "wave": np.abs(across - 0.25 * np.sin(along * np.pi / scale)) - 0.12,
    }[kind]
    picture = rng.uniform(0.6, 1.0) / (1 + np.exp(np.clip(distance / softness, -50, 50)))
    return np.round(255 * picture).astype(np.uint8)


@cache
def load_shapes(train=4000, test=500, seed=0):
    """The Dataset: 1 x 28 x 28, labels by kind, the same for the same arguments."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(KINDS), size=train + test).astype(np.uint8)
    images = np.stack([draw(KINDS[label], rng) for label in labels])[:, None]
    return Dataset("shapes", "embedded", images[:train], labels[:train], images[train:], labels[train:],
                   "shapes: drawn by nanoae")
