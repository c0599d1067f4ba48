"""Mini-batches: shuffled, and left as they lie in memory until the network takes them."""
import numpy as np

from ..samples import Batch, Chosen


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
    """Deals images (N, c, h, w), uint8 or floats from 0 to 1, out in mini-batches of at most `size`; every pass is a
    new shuffle.

    A mini-batch is a Batch, `x, target`: x a Chosen, which a network gathers, scales and lays out in one pass
    (np.asarray gives the array). targets: None for the images themselves, labels (N,), or other images (N, ...).
    corrupt: a `nanoae.data.corrupt` transform; x is then an array (n, c, h, w) of this object's memory, valid until
    the next mini-batch, and the target stays as it was.
    Raises ValueError for images that are neither, a size below 1, or targets of another number.

    >>> images = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)
    >>> deal = Batches(images, 4, np.float64, targets=np.arange(10))
    >>> [len(x) for x, labels in deal.shuffled(np.random.default_rng(0))]
    [4, 4, 2]
    """

    def __init__(self, images, size, dtype=np.float32, targets=None, corrupt=None):
        if size < 1:
            raise ValueError(f"batch_size is at least 1; got {size}")
        self.images = np.ascontiguousarray(checked(images))
        self.size, self.dtype, self.corrupt = min(size, len(self.images)), np.dtype(dtype), corrupt
        self.targets = targets if targets is None else checked_targets(targets, len(self.images))

    def __len__(self):
        """Mini-batches in a pass."""
        return -(-len(self.images) // self.size)

    def shuffled(self, rng, skip=0):
        """One pass in random order, but for its first `skip` batches."""
        return self.deal(rng.permutation(len(self.images)), skip, self.corrupt)

    def in_order(self):
        """One pass in the images' own order; corruption is the same at every such pass."""
        return self.deal(np.arange(len(self.images)), 0, self.corrupt and self.corrupt.afresh())

    def deal(self, order, skip, corrupt):
        for start in range(skip * self.size, len(order), self.size):
            x = Chosen(self.images, order[start:start + self.size], self.dtype)
            yield Batch(x if corrupt is None else corrupt(x, self.size), self.target(x))

    def target(self, x):
        """What belongs to a selection of the images."""
        if self.targets is None:
            return x
        if self.targets.ndim == 1:
            return self.targets[x.index]
        return Chosen(self.targets, x.index, self.dtype)


def checked_targets(targets, count):
    """Labels or images as they were given, or ValueError."""
    targets = np.asarray(targets)
    if targets.ndim == 0 or len(targets) != count:
        raise ValueError(f"{count} images came, and targets of shape {targets.shape}: one target an image is needed")
    if targets.ndim == 1:
        if targets.dtype.kind not in "iu":
            raise ValueError(f"targets (N,) are labels, integers; got {targets.dtype}")
        return targets
    return np.ascontiguousarray(checked(targets))
