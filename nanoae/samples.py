"""A mini-batch: inputs that are not made yet, and what the network should make of them.

Data stay as they are, uint8 as a rule. A network that is given a Chosen gathers, scales to [0, 1] and brings the images
into its rung's layout in one pass; whoever else wants an array gets one. What is in that layout already is an Inside.
"""
import numpy as np


class Chosen:
    """A selection: images[index] / whole as `dtype`; images (N, c, h, w), uint8 of which 255 is 1, or floats as they
    are (whole 1); index (n,) of ints that are in range.

    >>> batch = Chosen(np.full((5, 1, 2, 2), 51, np.uint8), np.array([3, 1]))
    >>> batch.shape, round(float(np.asarray(batch)[0, 0, 0, 0]), 3)
    ((2, 1, 2, 2), 0.2)
    """

    def __init__(self, images, index, dtype=np.float32):
        self.images, self.index, self.dtype = images, index, np.dtype(dtype)
        self.whole = 255 if images.dtype == np.uint8 else 1
        self.shape = (len(index), *images.shape[1:])
        self.ndim = len(self.shape)

    def __len__(self):
        return len(self.index)

    def __getitem__(self, some):
        """The samples of a slice of them, a Chosen again."""
        return Chosen(self.images, self.index[some], self.dtype)

    def __array__(self, dtype=None, copy=None):
        return np.divide(self.images[self.index], self.whole, dtype=dtype or self.dtype, casting="same_kind")


class Inside:
    """Samples in a rung's own layout, as a network hands them to another: stored, and shape (n, ...) as people would
    see it. The memory is the giver's: its next forward, or backward, writes there anew."""

    def __init__(self, stored, shape):
        self.stored, self.shape, self.dtype = stored, shape, stored.dtype
        self.ndim = len(shape)

    def __len__(self):
        return self.shape[0]


class Batch:
    """A mini-batch of n samples, `x, target = batch`: x (n, c, h, w); target another such, or labels (n,). An
    autoencoder's target is x itself.

    >>> x, target = Batch(np.zeros((4, 1, 2, 2)), np.array([0, 1, 2, 3]))[2:]
    >>> x.shape, target
    ((2, 1, 2, 2), array([2, 3]))
    """

    def __init__(self, x, target=None):
        self.x, self.target = x, x if target is None else target

    def __len__(self):
        return len(self.x)

    def __iter__(self):
        return iter((self.x, self.target))

    def __getitem__(self, some):
        """The samples of a slice of them, a Batch again."""
        x = self.x[some]
        return Batch(x, x if self.target is self.x else self.target[some])


def inputs(batch):
    """x of a Batch; any other array is x itself."""
    return batch.x if isinstance(batch, Batch) else batch


def targets(batch):
    """The target of a Batch; of any other array, itself."""
    return batch.target if isinstance(batch, Batch) else batch
