"""From the host to a rung's memory and back: whatever crosses, crosses here.

    put(view, values)    view[...] = values, wherever each of them lies
    host(array)          its values as a NumPy array: itself, or a copy from a device
    resident(data, xp)   data in xp's memory, taken there once
"""
import weakref

import numpy as np

UPLOADED: dict = {}    # id of a host array -> its copy on a device, as long as the host's lives


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


def resident(data, xp):
    """The array where xp computes: itself, or a copy that is made at the first call and lives as long as it does. For
    data that do not change."""
    if xp is np or not isinstance(data, np.ndarray):
        return data
    if id(data) not in UPLOADED:
        copy = xp.empty(data.shape, data.dtype)
        put(copy, data)
        UPLOADED[id(data)] = copy
        weakref.finalize(data, UPLOADED.pop, id(data))
    return UPLOADED[id(data)]
