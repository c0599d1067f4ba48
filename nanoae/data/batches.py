"""Mini-batches: shuffled, and left as they lie in memory until the network takes them."""
import numpy as np

from ..samples import Chosen


def scaled(images, dtype=np.float32):
    """Images as floats in [0, 1]: uint8 divided by 255, floats from 0 to 1 as they are; ValueError for others."""
    images = checked(images)
    return np.divide(images, 255 if images.dtype == np.uint8 else 1, dtype=dtype, casting="same_kind")


def checked(images):
    """The array, or ValueError where it is neither uint8 nor floats from 0 to 1."""
    images = np.asarray(images)
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind != "f":
        raise ValueError(f"images are uint8, or floats from 0 to 1; got {images.dtype}")
    if images.size and not (images.min() >= 0 and images.max() <= 1):
        raise ValueError(f"images of floats run from 0 to 1; these run from {images.min():.3g} to {images.max():.3g}: "
                         "scale them, or leave them uint8")
    small = images.dtype.itemsize <= 4
    return images.astype(np.float32 if small else np.float64, copy=False)    # native, whatever came


class Batches:
    """Deals images (n, c, h, w), uint8 or floats from 0 to 1, out in mini-batches of at most `size`; every pass is a
    new shuffle.

    A mini-batch is a Chosen: a network gathers, scales and lays it out in one pass; np.asarray gives the array.

    >>> images = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)
    >>> deal = Batches(images, 4, np.float64)
    >>> [len(x) for x in deal.shuffled(np.random.default_rng(0))]
    [4, 4, 2]
    """

    def __init__(self, images, size, dtype=np.float32):
        if size < 1:
            raise ValueError(f"batch_size is at least 1; got {size}")
        self.images = np.ascontiguousarray(checked(images))
        self.size, self.dtype = min(size, len(self.images)), np.dtype(dtype)

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
