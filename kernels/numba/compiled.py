"""How the kernels of this rung are compiled, kept on disk, and written down for replay.

A kernel is a Numba function that runs in parallel. The compiler may fuse a * b + c and nothing else: it must not
reorder a sum, for which order it took would depend on where arrays lie in memory. Sums that are to run along vectors
are written as a row of sums, one for each lane.
"""
from typing import Any

from numba import njit

from ..recording import recorded
from .disk import Disk

FUSE = {"contract", "nsz"}


def compiled(function, name="", parallel=True):
    """A kernel: compiled for parallel loops at its first call, or read from disk; its calls can be recorded.

    name: tells functions apart that one line of source makes. parallel=False: for loops too short to share.
    """
    dispatcher: Any = njit(parallel=parallel, fastmath=FUSE, error_model="numpy")(function)
    dispatcher._cache = Disk(f"{function.__module__}.{function.__name__}{name and '.' + name}")
    return recorded(dispatcher)


inlined: Any = njit(inline="always", fastmath=FUSE, error_model="numpy")


def short(function):
    """A kernel whose loops are too short to share among threads."""
    return compiled(function, parallel=False)
