"""A mini-batch that is not made yet: which images, as they lie in memory.

Data stay as they are, uint8 as a rule. A network that is given a Chosen gathers, scales to [0, 1] and brings the images
into its rung's layout in one pass; whoever else wants an array gets one.
"""
import numpy as np


class Chosen:
    """images[index] / whole as `dtype`: images (N, c, h, w), uint8 of which 255 is 1, or floats as they are (whole 1);
    index (n,) of ints that are in range.

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
