"""Weight gradients of convolution and Linear: dW[o, c, p, q] = sum over samples and places of dy[o] x[c] at tap p, q.

    for every block, and some of the output channels                        in parallel; each has sums of its own
        for every row of x: turned from (column, c, sample) to (sample, column c), zeros left and right
            for every kernel row p, and the output row that it meets
                for every run of lanes (q, c), for every tile: outer(...)
    the blocks' sums are added up in their order: the same bits for any number of threads
"""
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import get_thread_id, prange

from ..numpy import conv as plain
from ..numpy.scratch import fresh
from .compiled import compiled
from .conv import borrowed
from .host import BYTES, LANES, THREADS
from .outer import outer, shape, turn
from .public import in_public_layout
from .tile import code

ITEMS = 8    # pieces of work that are cut at least, where there are so many tiles


class Reach(NamedTuple):
    """taps (h, kh): the output row that meets an input row at a kernel row, -1 for none; steps: what `accumulate`
    reads; line: numbers in a turned row of one sample; partial: shape of the sums."""

    taps: Any
    steps: Any
    line: int
    partial: tuple


@cache
def reach(blocks, x_size, y_size, kernel, stride, before, c_in, c_out, itemsize):
    width, run = BYTES // itemsize, kernel[1] * c_in
    m, v = shape(c_out, run, width)
    tiles, runs = -(-c_out // m), -(-run // (v * width))
    taps = [[place_of(row + before[0] - p, stride[0], y_size[0]) for p in range(kernel[0])] for row in range(x_size[0])]
    parts = blocks if y_size[0] * y_size[1] > 4 else min(blocks, 2)    # small images: few sums to add up
    groups = min(tiles, -(-ITEMS // parts))
    columns = max((y_size[1] - 1) * stride[1] + kernel[1], before[1] + x_size[1])
    line = (columns - 1) * c_in + runs * v * width + c_in    # the last run may read beyond, into nothing used
    line = (line // (2 * width) * 2 + 1) * 2 * width    # an odd number of cache lines, lest samples share a set
    return Reach(np.array(taps), np.array((m, code(m, v), v * width, width, runs, groups, stride[1], before[1],
                                           kernel[1])), line, (parts, tiles, kernel[0], runs, m * v * width))


def place_of(shift, stride, count):
    """The place i with i stride = shift, or -1"""
    return shift // stride if shift % stride == 0 and 0 <= shift < count * stride else -1


@compiled
def accumulate(x, dy, taps, steps, turned, partial, dW):
    """x and dy (blocks, h, w, c LANES); turned (threads, LANES, line) and partial are scratch"""
    m, tile_code, lanes, width, runs, groups, column_stride, before, kernel_columns = steps
    blocks, h, w, c_lanes = x.shape
    h_out, w_out = dy.shape[1], dy.shape[2]
    c_in, c_out = c_lanes // LANES, dy.shape[3] // LANES
    parts, tiles, kernel_rows, _, size = partial.shape
    samples, line = turned.shape[1], turned.shape[2]    # LANES, but not to the compiler, which would unroll it
    for item in prange(parts * groups):
        part, group = item // groups, item % groups
        begin, end = tiles * group // groups, tiles * (group + 1) // groups
        thread = get_thread_id()
        base = thread * LANES * line
        for n in range(LANES):
            for k in range(line):
                turned[thread, n, k] = 0
        for t in range(begin, end):
            for p in range(kernel_rows):
                for run in range(runs):
                    for k in range(size):
                        partial[part, t, p, run, k] = 0
        for at in range(blocks * part // parts * h, blocks * (part + 1) // parts * h):
            block, row = at // h, at % h
            if w * c_in < width:
                for n in range(LANES):
                    for k in range(w * c_in):
                        turned[thread, n, before * c_in + k] = x[block, row, k // c_in, k % c_in * LANES + n]
            else:
                for start in range(0, w * c_in, width):
                    k = min(start, w * c_in - width)
                    for n in range(0, LANES, width):
                        turn(turned, base + n * line + before * c_in + k, line,
                             x, ((block * h + row) * w * c_in + k) * LANES + n, LANES)
            for p in range(kernel_rows):
                i = taps[row, p]
                if i >= 0:
                    y0 = (block * h_out + i) * w_out * c_out * LANES
                    for run in range(runs):
                        for t in range(begin, end):
                            outer(tile_code, partial, (((part * tiles + t) * kernel_rows + p) * runs + run) * size,
                                  turned, base + run * lanes, column_stride * c_in, line,
                                  dy, y0 + min(t * m, c_out - m) * LANES, c_out * LANES, w_out, samples)
    for t in prange(tiles):
        for part in range(1, parts):
            for p in range(kernel_rows):
                for run in range(runs):
                    for k in range(size):
                        partial[0, t, p, run, k] += partial[part, t, p, run, k]
        first = min(t * m, c_out - m)
        for o in range(t * m - first, m):    # an overlapping tile writes what is its own
            for p in range(kernel_rows):
                run, lane = 0, o * lanes
                for q in range(kernel_columns):
                    for c in range(c_in):
                        dW[(((first + o) * c_in + c) * kernel_rows + p) * kernel_columns + q] = partial[
                            0, t, p, run, lane]
                        lane += 1
                        if lane == (o + 1) * lanes:
                            run, lane = run + 1, o * lanes


def with_lanes(a):
    """(blocks, h, w, c, LANES) as (blocks, h, w, c LANES)"""
    return a.reshape(*a.shape[:3], -1)


def weight_grad(x, dy, kernel, stride, before, out, ws):
    r = reach(len(x), x.shape[1:3], dy.shape[1:3], kernel, stride, before, x.shape[3], dy.shape[3], x.itemsize)
    turned = ws((THREADS, LANES, r.line), x.dtype)
    accumulate(with_lanes(x), with_lanes(dy), r.taps, r.steps, turned, ws(r.partial, x.dtype), out.reshape(-1))


def conv2d_weight_grad(x, dy, geometry, out, ws=fresh):
    if borrowed(geometry):
        return conv2d_weight_grad_in_numpy(x, dy, geometry, out=out, ws=ws)
    weight_grad(x, dy, out.shape[2:], geometry[0], geometry[1][:2], out, ws)


def linear_weight_grad(x, dy, out, ws=fresh):
    weight_grad(x, dy, (1, 1), (1, 1), (0, 0), out, ws)


conv2d_weight_grad_in_numpy = in_public_layout(plain.conv2d_weight_grad, writes=())
