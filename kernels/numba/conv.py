"""Convolution, its transpose and Linear: one kernel over blocks of samples, (n / LANES, h, w, c, LANES).

    for every output row of every block                                    in parallel; each owns what it writes
        for every column, or a few that read alike                         the plan says where they read
            for every tile of output channels: tile(...)                   weights packed as the tile reads them

A Linear is a convolution of one pixel. What the plan does not cover, dilation and groups, the NumPy rung computes.
"""
from functools import cache

import numpy as np
from numba import prange

from ..numpy import conv as plain
from ..numpy.scratch import fresh
from .compiled import compiled, inlined
from .host import LANES
from .plan import painted, plan, sliding
from .public import in_public_layout
from .store import finish, in_tile
from .tile import tile

FEW = 8192    # packed numbers, below which threads would wait for each other longer than they save

@inlined
def pack(W, t, first, channels, c_in, taps, out_stride, in_stride, packed):
    """The weights of a tile's channels as the tile reads them: taps, within them channels of x, within them its own."""
    for k in range(taps.size):
        for o in range(channels):
            source, target = (first + o) * out_stride + taps[k], k * c_in * channels + o
            for c in range(c_in):
                packed[t, target + c * channels] = W[source + c * in_stride]


@compiled
def correlate(x, W, b, rows, columns, taps, steps, packed, out, how, at):
    """out = b + the taps of W (flat) over x. packed is scratch; how, at: see `tile`; the others are a Plan's."""
    channels, kernel_columns, x_step, y_step, out_stride, in_stride = steps
    width, c_in, c_out = x.shape[2], x.shape[3], out.shape[3]
    tiles, size = packed.shape
    if packed.size < FEW:
        for t in range(tiles):
            pack(W, t, min(t * channels, c_out - channels), channels, c_in, taps, out_stride, in_stride, packed)
    else:
        for t in prange(tiles):
            pack(W, t, min(t * channels, c_out - channels), channels, c_in, taps, out_stride, in_stride, packed)
    for item in prange(out.shape[0] * out.shape[1]):
        block, i = item // out.shape[1], item % out.shape[1]
        x_row, rows_earlier, rows_of_phase, first_row, rows_inside = rows[i]
        for m in range(columns.shape[0]):
            x_column, columns_earlier, columns_of_phase, first_column, columns_inside, j, shape = columns[m]
            tap = (rows_earlier * kernel_columns + rows_of_phase * columns_earlier + first_row * columns_of_phase
                   + first_column)
            x0 = ((block * x.shape[1] + x_row) * width + x_column) * c_in * LANES
            y0 = ((block * out.shape[1] + i) * out.shape[2] + j) * c_out * LANES
            for t in range(tiles):
                first = min(t * channels, c_out - channels)
                tile(shape, out, y0 + first * LANES, y_step * c_out * LANES,
                     x, x0, x_step * c_in * LANES, width * c_in * LANES,
                     packed, t * size + tap * c_in * channels, columns_of_phase * c_in * channels,
                     rows_inside, columns_inside * c_in, b, first, how, at)


@cache
def no_bias(channels, dtype):
    return np.zeros(channels, dtype)


def carry_out(axis, x, W, b, stride, before, out, ws, store):
    """One pass of `correlate`: W (a, b, kh, kw) slides over x, or paints it back."""
    p = plan(axis, x.shape[1:3], out.shape[1:3], W.shape[2:], stride, before, x.shape[3], out.shape[3],
             8 * x.itemsize)
    how, at = in_tile(store, out)
    correlate(x, W.reshape(-1), no_bias(out.shape[3], x.dtype) if b is None else b, p.rows, p.columns, p.taps, p.steps,
              ws(p.packed, x.dtype), out, how, at)
    finish(out, store)


def borrowed(geometry):
    """Is this a geometry that the plan does not cover?"""
    return geometry[2] != (1, 1) or geometry[3] != 1


def conv2d_forward(x, W, b, geometry, out, ws=fresh, store=None):
    if borrowed(geometry):
        return conv2d_forward_in_numpy(x, W, b, geometry, out=out, ws=ws, store=store)
    carry_out(sliding, x, W, b, geometry[0], geometry[1][:2], out, ws, store)


def conv2d_input_grad(dy, W, b, geometry, out, ws=fresh, store=None):
    if borrowed(geometry):
        return conv2d_input_grad_in_numpy(dy, W, b, geometry, out=out, ws=ws, store=store)
    carry_out(painted, dy, W, b, geometry[0], geometry[1][:2], out, ws, store)


def linear_forward(x, W, b, out, ws=fresh, store=None):
    carry_out(sliding, x, W[:, :, None, None], b, (1, 1), (0, 0), out, ws, store)


def linear_input_grad(dy, W, out, ws=fresh, store=None):
    carry_out(painted, dy, W[:, :, None, None], None, (1, 1), (0, 0), out, ws, store)


conv2d_forward_in_numpy = in_public_layout(plain.conv2d_forward)
conv2d_input_grad_in_numpy = in_public_layout(plain.conv2d_input_grad)
