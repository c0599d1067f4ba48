"""Euclidean norms of the pieces of a flat vector, in float64; each has a row of sums, so that it runs along vectors."""
import numpy as np
from numba import prange

from ..numpy.scratch import fresh
from .compiled import compiled

WIDE = 16    # sums side by side


@compiled
def lengths(vector, bounds, partial, out):
    for k in prange(out.size):
        begin, end = bounds[k], bounds[k + 1]
        for lane in range(WIDE):
            partial[k, lane] = 0
        for i in range(begin, end - WIDE + 1, WIDE):
            for lane in range(WIDE):
                number = np.float64(vector[i + lane])
                partial[k, lane] += number * number
        for i in range(end - (end - begin) % WIDE, end):
            partial[k, 0] += np.float64(vector[i]) * np.float64(vector[i])
        total = 0.0
        for lane in range(WIDE):
            total += partial[k, lane]
        out[k] = np.sqrt(total)


def norms(vector, bounds, out, ws=fresh):
    lengths(vector, bounds, ws((out.size, WIDE), np.float64), out)
