"""Arrays of any library that converts: brought to NumPy to be compared, and back to be handed to the user's code."""
import copy

import numpy as np


def host(value):
    """The value as a NumPy array: PyTorch's tensors and CuPy's arrays are fetched."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().resolve_conj()
    return np.asarray(value.get() if hasattr(value, "get") and hasattr(value, "device") else value)


def is_float_array(value):
    """Is this an array of real floats (or a list of such), and no single Python number?"""
    if isinstance(value, bool | int | float | complex | str | dict | np.generic) or value is None or callable(value):
        return False
    try:
        return host(value).dtype.kind == "f"
    except (TypeError, ValueError):    # a ragged list, an object of the user's
        return False


def maker(value):
    """A function that turns a float64 NumPy array into an array of the value's library, a copy."""
    if hasattr(value, "detach"):
        import torch
        return lambda array: torch.from_numpy(array.copy()).to(value.device)
    if hasattr(value, "get") and hasattr(value, "device"):
        import cupy
        return cupy.array
    return np.array


def like(dy, y):
    """dy as an array of y's library and dtype; as a float64 array where y is a plain number."""
    if isinstance(y, np.ndarray | float | int | np.generic | list):
        return dy.copy() if np.ndim(y) or isinstance(y, np.ndarray) else dy[()]
    return maker(y)(dy)


def same(a, b):
    """Arrays of the same values, nan equal to nan; what is no array (a generator, a dictionary of state) may change."""
    if isinstance(a, dict | list | tuple):
        return True
    a, b = host(a), host(b)
    if a.dtype.kind not in "fciub":
        return True
    return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))


def copied(value):
    """A copy that the user's code may write into; what cannot be copied (a module, a lock) is handed on."""
    if isinstance(value, np.ndarray):
        return value.copy()
    try:
        return copy.deepcopy(value)
    except (TypeError, ValueError, NotImplementedError):
        return value
