"""Pooling by blocks: each owns its images, going up and going down, and lanes are samples."""
import numpy as np
from numba import prange

from ..numpy.scratch import fresh
from .compiled import compiled, inlined
from .host import LANES


@inlined
def taps(i, kernel, stride, before, size):
    """The window's taps at place i that lie inside the image, as (first, stop)."""
    return max(0, before - i * stride), min(kernel, size + before - i * stride)


@compiled
def largest(x, kernel, stride, padding, out, index):
    least = x.dtype.type(-np.inf)
    for block in prange(len(x)):
        for i in range(out.shape[1]):
            p_first, p_stop = taps(i, kernel[0], stride[0], padding[0], x.shape[1])
            for j in range(out.shape[2]):
                q_first, q_stop = taps(j, kernel[1], stride[1], padding[1], x.shape[2])
                for c in range(x.shape[3]):
                    for lane in range(LANES):
                        top, winner = least, -1
                        for p in range(p_first, p_stop):
                            for q in range(q_first, q_stop):
                                row, column = i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]
                                value = x[block, row, column, c, lane]
                                if value > top or value != value:    # nan wins
                                    top, winner = value, p * kernel[1] + q
                        out[block, i, j, c, lane], index[block, i, j, c, lane] = top, winner


@compiled
def give_back(dy, index, kernel, stride, padding, out):
    for block in prange(len(out)):
        out[block] = 0
        for i in range(dy.shape[1]):
            for j in range(dy.shape[2]):
                for c in range(out.shape[3]):
                    for lane in range(LANES):
                        tap = index[block, i, j, c, lane]
                        if tap >= 0:
                            row = i * stride[0] + tap // kernel[1] - padding[0]
                            column = j * stride[1] + tap % kernel[1] - padding[1]
                            out[block, row, column, c, lane] += dy[block, i, j, c, lane]


@compiled
def average(x, kernel, stride, padding, share, out):
    for block in prange(len(x)):
        out[block] = 0
        for i in range(out.shape[1]):
            p_first, p_stop = taps(i, kernel[0], stride[0], padding[0], x.shape[1])
            for j in range(out.shape[2]):
                q_first, q_stop = taps(j, kernel[1], stride[1], padding[1], x.shape[2])
                for p in range(p_first, p_stop):
                    for q in range(q_first, q_stop):
                        row, column = i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]
                        for c in range(x.shape[3]):
                            for lane in range(LANES):
                                out[block, i, j, c, lane] += share[i, j] * x[block, row, column, c, lane]


@compiled
def spread(dy, kernel, stride, padding, share, out):
    for block in prange(len(out)):
        out[block] = 0
        for i in range(dy.shape[1]):
            p_first, p_stop = taps(i, kernel[0], stride[0], padding[0], out.shape[1])
            for j in range(dy.shape[2]):
                q_first, q_stop = taps(j, kernel[1], stride[1], padding[1], out.shape[2])
                for p in range(p_first, p_stop):
                    for q in range(q_first, q_stop):
                        row, column = i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]
                        for c in range(out.shape[3]):
                            for lane in range(LANES):
                                out[block, row, column, c, lane] += share[i, j] * dy[block, i, j, c, lane]


def max_pool2d_forward(x, window, out, index, ws=fresh):
    largest(x, *window, out, index)


def max_pool2d_input_grad(dy, index, window, out, ws=fresh):
    give_back(dy, index, *window, out)


def avg_pool2d_forward(x, window, share, out, ws=fresh):
    average(x, *window, share, out)


def avg_pool2d_input_grad(dy, window, share, out, ws=fresh):
    spread(dy, *window, share, out)
