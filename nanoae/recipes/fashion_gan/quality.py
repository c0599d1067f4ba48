"""How good a generator's images are, by a classifier: distance from real ones, and how they share out over classes."""
import hashlib

import numpy as np

from ...arrays import host
from ...data import scaled
from ...trials.opened import through
from ..frechet import frechet_distance, moments


class Quality:
    """judge: a network of fashion-judge, built. real: test images uint8 (n, c, h, w), what is to be resembled."""

    def __init__(self, judge, real, count):
        self.judge, self.shape, self.count = judge, real.shape[1:], count
        self.real = self.moments(scaled(real, judge.dtype))

    def features(self, images):
        return through(self.judge["features"], images)

    def moments(self, images):
        return moments(self.features(images))

    def made(self, generator, seed):
        """`count` images of a generator, from noise that is always the same."""
        z = np.random.default_rng(seed).standard_normal((self.count, *generator.in_shape))
        return through(generator, z.astype(generator.dtype))

    def distance(self, images):
        """Frechet classifier distance from the real images."""
        return frechet_distance(self.real, self.moments(images))

    def class_shares(self, images):
        """The share of images in each class of the judge (k,)."""
        scores = through(self.judge["classes"], self.features(images))
        return np.bincount(scores.argmax(axis=1), minlength=scores.shape[1]) / len(images)

    def noise(self, seed):
        """As many images of uniform noise: what the distance is of no images at all."""
        return np.random.default_rng(seed).random((self.count, *self.shape), dtype=np.float32)


def fingerprint(net):
    """SHA-256 of a network's weights and statistics."""
    return hashlib.sha256(host(net.theta).tobytes() + host(net.running).tobytes()).hexdigest()
