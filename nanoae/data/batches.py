"""Mini-batches: shuffled, and left as uint8 until the network takes them."""
import numpy as np

from ..samples import Chosen


def scaled(images, dtype=np.float32):
    """uint8 images as floats in [0, 1]."""
    return np.divide(images, 255, dtype=dtype)


class Batches:
    """Deals images (n, c, h, w), uint8, out in mini-batches of at most `size`; every pass is a new shuffle.

    A mini-batch is a Chosen: a network gathers, scales and lays it out in one pass; np.asarray gives the array.

    >>> images = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)
    >>> deal = Batches(images, 4, np.float64)
    >>> [len(x) for x in deal.shuffled(np.random.default_rng(0))]
    [4, 4, 2]
    """

    def __init__(self, images, size, dtype=np.float32):
        if size < 1:
            raise ValueError(f"batch_size is at least 1; got {size}")
        self.images, self.size, self.dtype = np.ascontiguousarray(images), min(size, len(images)), np.dtype(dtype)

    def __len__(self):
        """Mini-batches in a pass."""
        return -(-len(self.images) // self.size)

    def shuffled(self, rng, skip=0):
        """One pass in random order, but for its first `skip` batches."""
        return self.deal(rng.permutation(len(self.images)), skip)

    def in_order(self):
        """One pass in the images' own order."""
        return self.deal(np.arange(len(self.images)))

    def deal(self, order, skip=0):
        for start in range(skip * self.size, len(order), self.size):
            yield Chosen(self.images, order[start:start + self.size], self.dtype)
