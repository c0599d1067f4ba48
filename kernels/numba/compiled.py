"""How the loops of this rung are compiled: in parallel, cached on disk, sums free to run in vector lanes."""
from numba import njit

reorder = {"contract", "reassoc", "nsz"}    # nan and inf keep their meaning
compiled = njit(parallel=True, cache=True, fastmath=reorder)
inlined = njit(inline="always", fastmath=reorder)
