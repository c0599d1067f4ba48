"""How the loops of this rung are compiled: in parallel, cached on disk, sums free to run in vector lanes."""
from typing import Any

from numba import njit

reorder = {"contract", "reassoc", "nsz"}    # nan and inf keep their meaning
compiled: Any = njit(parallel=True, cache=True, fastmath=reorder)
inlined: Any = njit(inline="always", fastmath=reorder)
