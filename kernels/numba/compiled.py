"""How the kernels of this rung are compiled, kept on disk, and written down for replay.

A kernel is a Numba function that runs in parallel, with sums free to be reordered; nan and inf keep their meaning.
"""
from typing import Any

from numba import njit

from ..recording import recorded
from .disk import Disk

REORDER = {"contract", "reassoc", "nsz"}


def compiled(function, name=""):
    """A kernel: compiled for parallel loops at its first call, or read from disk; its calls can be recorded.

    name: tells functions apart that one line of source makes.
    """
    dispatcher: Any = njit(parallel=True, fastmath=REORDER, error_model="numpy")(function)
    dispatcher._cache = Disk(f"{function.__module__}.{function.__name__}{name and '.' + name}")
    return recorded(dispatcher)


inlined: Any = njit(inline="always", fastmath=REORDER, error_model="numpy")
