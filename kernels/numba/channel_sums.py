"""Sums over samples and pixels, a number for each channel: by block and lane first, then added up in order.

A block has a row of c LANES sums, made along vectors; rows are added in the order of the blocks, so the bits are the
same for any number of threads.
"""
from numba import prange

from .compiled import compiled, inlined
from .host import LANES


@inlined
def add_up(partial, n, scale, out):
    """out[c] = scale times the sum over blocks and true samples; partial (blocks, c LANES), its first row is used up"""
    last = len(partial) - 1
    for c in range(out.size):
        for lane in range(n - last * LANES, LANES):
            partial[last, c * LANES + lane] = 0
    for block in range(1, len(partial)):
        for k in range(partial.shape[1]):
            partial[0, k] += partial[block, k]
    for c in range(out.size):
        total = partial[0, c * LANES]
        for lane in range(1, LANES):
            total += partial[0, c * LANES + lane]
        out[c] = total * scale


@compiled
def sum_channels(dy, partial, out):
    for block in prange(dy.shape[0]):
        for k in range(partial.shape[1]):
            partial[block, k] = 0
        for pixel in range(dy.shape[1]):
            for k in range(partial.shape[1]):
                partial[block, k] += dy[block, pixel, k]
    add_up(partial, len(dy) * LANES, 1, out)


def bias_grad(dy, out, ws):
    """out[c] = the sum of dy over samples and pixels, or nothing where there is no bias"""
    if out is not None:
        row = dy.shape[3] * LANES
        sum_channels(dy.reshape(len(dy), -1, row), ws((len(dy), row), dy.dtype), out)
