"""Scratch memory for a call that was given none."""
import numpy as np


def fresh(shape, dtype):
    """A new array: what `ws=` stands for when a kernel is called by hand."""
    return np.empty(shape, dtype)


def channels(v, x):
    """A vector (c,), or (1,) for all channels, shaped to broadcast along the second axis of x."""
    return v.reshape((-1,) + (1,) * (x.ndim - 2))


def all_but_channels(x):
    """The axes of x other than the second."""
    return (0, *range(2, x.ndim))
