"""From the host to a rung's memory and back: whatever crosses, crosses here.

    put(view, values)    view[...] = values, wherever each of them lies
    host(array)          its values as a NumPy array: itself, or a copy from a device
"""
import numpy as np


def host(array):
    """A NumPy array of the values; of a device's array a copy, which waits for what computes it."""
    return array.get() if hasattr(array, "__cuda_array_interface__") else np.asarray(array)


def put(view, values):
    """Writes values, which may need broadcasting, into a view of a rung's memory."""
    if isinstance(view, np.ndarray):
        view[...] = host(values)
    elif hasattr(values, "__cuda_array_interface__"):
        view[...] = values
    else:
        view.set(np.ascontiguousarray(np.broadcast_to(np.asarray(values, view.dtype), view.shape)).reshape(view.shape))


def address(array):
    """Where the array's memory begins."""
    interface = "__array_interface__" if isinstance(array, np.ndarray) else "__cuda_array_interface__"
    return getattr(array, interface)["data"][0]
