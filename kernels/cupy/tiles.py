"""How the work of a convolution is cut into warps, so that a device has enough of them at once.

A warp's tile is some channels of some pixels in a row: large tiles read less, small ones leave fewer places empty.
Where large tiles make too few warps, several warps share the channels that a tile sums; where that is not enough,
tiles shrink.
"""
from typing import NamedTuple

import numpy as np

WANTED = 1000    # warps of a launch: some ten for each multiprocessor of a large device
WARPS = 8    # of a block of threads, at most
BESIDE = 4    # of these, with pixels of their own: they share weights
SHARED = 16 * 1024    # bytes of weights in shared memory, at most


class Tiling(NamedTuple):
    """channels x pixels of a warp's tile; beside: tiles of a block of threads; sharing: warps of a tile."""

    channels: int
    pixels: int
    beside: int
    sharing: int


def tiling(channels, rows, row, summed, dtype):
    """The Tiling of `rows` rows (of all samples and groups) of `row` pixels, whose channels are sums over `summed`."""
    for c, pixels in candidates(channels, row, dtype):
        warps = rows * -(-row // pixels) * -(-channels // c)
        sharing = 1
        while 2 * sharing <= min(WARPS, summed) and warps * sharing < WANTED:
            sharing *= 2
        if warps * sharing >= WANTED:
            break
    return Tiling(c, pixels, min(BESIDE, WARPS // sharing), sharing)


def candidates(channels, row, dtype):
    """(channels, pixels) from the largest tile down. A float64 takes two registers, of which a thread has 255."""
    sizes = (12, 8, 4) if dtype == np.float32 else (8, 4)
    best = next((c for c in sizes if channels % c == 0), 8 if channels > 4 else 4)
    wide = 4 if row > 2 else 1
    yield best, wide
    for c in sizes:
        if c < best:
            yield c, wide
    if wide > 1:
        yield 4, 1


def weights_at_once(W, summed, tile):
    """(how many channels' weights stand in shared memory at once, bytes of shared memory with room for sums)"""
    one = W.shape[2] * W.shape[3] * tile.channels * W.itemsize
    chunk = max(1, min(summed, SHARED // one))
    room = tile.sharing // 2 * tile.beside * tile.channels * tile.pixels * 32 * W.itemsize
    return chunk, max(chunk * one, room)
