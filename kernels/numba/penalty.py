"""A penalty on activations: |x| of true samples, summed by sample, in order; gradients are 0 in spare lanes."""
import numpy as np
from numba import prange

from ..numpy.scratch import fresh
from .compiled import compiled
from .host import LANES
from .loss import add_lanes


@compiled
def absolute(x, n, scale, partial, value):
    for block in prange(len(x)):
        for lane in range(LANES):
            partial[block, lane] = 0
        for i in range(x.shape[1]):
            for lane in range(LANES):
                partial[block, lane] += abs(x[block, i, lane])
    add_lanes(partial, n, scale, value)


@compiled
def absolute_grad(dy, x, n, scale, out):
    zero = x.dtype.type(0)
    for block in prange(len(x)):
        valid = min(LANES, n - block * LANES)
        for i in range(x.shape[1]):
            for lane in range(LANES):
                sign = scale if x[block, i, lane] > zero else (-scale if x[block, i, lane] < zero else zero)
                out[block, i, lane] = dy[block, i, lane] + sign if lane < valid else zero


def lanes(a):
    return a.reshape(len(a), -1, LANES)


def l1_penalty(x, n, scale, value, ws=fresh):
    absolute(lanes(x), n, float(scale), ws((len(x), LANES), np.float64), value.reshape(1))


def l1_penalty_input_grad(dy, x, n, scale, out, ws=fresh):
    absolute_grad(lanes(dy), lanes(x), n, x.dtype.type(scale), lanes(out))
