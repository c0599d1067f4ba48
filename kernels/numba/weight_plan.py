"""How a weight gradient is cut: which micro-kernel sums it, in what tiles, and what one thread works on at a time.

    tile     a few channels of x by a few of dy, at one tap: sums that stay in registers
    piece    output pixels of a block, so many that what a tile reads of x and dy fills two thirds of the first-level
             cache: for as long its sums stay in registers
    work     a few channels of x in one row of the kernel, by all tiles of dy: x is far apart in memory, and is fetched
             once for all of them
    item     some of the blocks, some tiles of dy and some works: what one thread does at a time

Taps outside the image are skipped by tables of the rows and columns that a tap meets, so there is no padding.
Where an image has one output pixel, as in a Linear, the blocks of samples are taken for its rows.
"""
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..geometry import tap_slices
from . import inner, outer
from .host import BYTES, FIRST_LEVEL, LANES, THREADS
from .tile import code

PARTS = 8    # of the blocks, at most, each with sums of its own


class WeightPlan(NamedTuple):
    """rows (kh, 2) and columns (kw, 2): output rows and columns, first and stop, whose window has the tap inside;
    channels (tiles, size): the channel of dy in every place of a tile; steps, strides: what `accumulate` reads;
    turned: shape of a piece of dy turned, for one thread; sums: shape of the sums."""

    rows: Any
    columns: Any
    channels: Any
    steps: Any
    strides: Any
    turned: tuple
    sums: tuple


@cache
def weight_plan(blocks, x_size, y_size, kernel, stride, before, c_in, c_out, itemsize):
    """The WeightPlan of dW (c_out, c_in, kh, kw) from x (blocks, *x_size, c_in, LANES) and dy likewise."""
    width = BYTES // itemsize
    _, by_channels, m, size, channels = tiling(c_in, c_out, kernel[0] * kernel[1], width)
    rows = insides(x_size[0], y_size[0], kernel[0], stride[0], before[0])
    columns = insides(x_size[1], y_size[1], kernel[1], stride[1], before[1])
    x_row, d_pixel = x_size[1] * c_in * LANES, c_out * LANES
    x_strides = [x_size[0] * x_row, stride[0] * x_row, stride[1] * c_in * LANES, x_row, c_in * LANES]
    d_strides = [y_size[0] * y_size[1] * d_pixel, y_size[1] * d_pixel, d_pixel]
    if y_size == (1, 1):    # blocks are rows
        rows, x_strides[1], d_strides[1], blocks, y_size = rows * blocks, x_strides[0], d_strides[0], 1, (blocks, 1)
    tiles, works, tile = len(channels), kernel[0] * -(-c_in // m), m * size
    sums = kernel[1] * tile + -tile % width    # `inner` writes whole vectors: none may reach into others' sums
    parts = min(blocks, PARTS)
    tile_groups = min(tiles, -(-2 * THREADS // parts))
    work_groups = min(works, -(-2 * THREADS // (parts * tile_groups)))
    pixels = max(1, FIRST_LEVEL * 2 // 3 // ((size + m * stride[1]) * LANES * itemsize))
    wide = even(y_size[1], pixels)
    tall = even(y_size[0], max(1, pixels // y_size[1]))
    steps = (by_channels, code(m, size // width if by_channels else size), m, size, blocks, *y_size, tall, wide,
             parts, tile_groups, work_groups, *before)
    turned = (tiles, tall * wide * LANES * size) if by_channels else (1, 1)
    return WeightPlan(rows, columns, np.array(channels), np.array(steps), np.array(x_strides + d_strides), turned,
                      (parts, works, tiles, sums))


@cache
def tiling(c_in, c_out, taps, width):
    """(cycles, lanes are channels?, channels of x in a tile, of dy, the channels themselves) of what is quickest."""
    options = [outer.tiling(c_in, c_out, taps, width), inner.tiling(c_in, c_out, width)]
    return min((option for option in options if option), key=lambda option: option[0])


def insides(size, count, kernel, stride, before):
    """(kernel, 2): the places, first and stop, at which each tap lies inside the image."""
    table = np.zeros((kernel, 2), np.int64)
    for tap, places, _ in tap_slices(size, count, kernel, stride, before):
        table[tap] = places.start, places.stop
    return table


def even(count, most):
    """The size of a piece where `count` is cut into as few as `most` allows, evenly."""
    return -(-count // -(-count // most))
