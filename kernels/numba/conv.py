"""Convolution in compiled loops, eight samples at a time.

    columns[(c p q), (m i j)]    the cells of eight samples m under every tap, small enough to stay in the cache
    forward        y[o, :]  = sum over k of W[o, k] columns[k, :]     inner loop: along a row, in vector lanes
    input grad     columns  = W' dy, added back to the cells they came from
    weight grad    dW[o, k] = sum of dy[o, :] columns[k, :]

Blocks of eight run in parallel and each owns what it writes. The weight gradient is summed block by block at the end:
the same order, so the same bits, for any number of threads.
"""
import numpy as np
from numba import prange

from ..numpy.activation import finish
from ..numpy.conv import add_bias
from ..numpy.scratch import fresh
from .compiled import compiled, inlined

BLOCK = 8


@inlined
def inside(shift, stride, size, count):
    """The places i with 0 <= i stride + shift < size, as (first, stop): loops over them need no test."""
    first = max(0, -(shift // stride))
    return first, max(first, min(count, (size - 1 - shift) // stride + 1))


@inlined
def gather(x, columns, kernel, places, stride, padding, dilation):
    """columns[c p q, m i j] = x[m, c, i stride + p dilation - top, ...], 0 outside the image"""
    row = 0
    for c in range(x.shape[1]):
        for p in range(kernel[0]):
            down = p * dilation[0] - padding[0]
            i_first, i_stop = inside(down, stride[0], x.shape[2], places[0])
            for q in range(kernel[1]):
                across = q * dilation[1] - padding[1]
                j_first, j_stop = inside(across, stride[1], x.shape[3], places[1])
                columns[row] = 0
                for m in range(x.shape[0]):
                    for i in range(i_first, i_stop):
                        begin = (m * places[0] + i) * places[1]
                        target = columns[row, begin + j_first:begin + j_stop]
                        cells = x[m, c, i * stride[0] + down, j_first * stride[1] + across::stride[1]]
                        for j in range(target.size):
                            target[j] = cells[j]
                row += 1


@inlined
def scatter(columns, x, kernel, places, stride, padding, dilation):
    """Adds every column entry to the cell it came from: the transpose of `gather`."""
    x[...] = 0
    row = 0
    for c in range(x.shape[1]):
        for p in range(kernel[0]):
            down = p * dilation[0] - padding[0]
            i_first, i_stop = inside(down, stride[0], x.shape[2], places[0])
            for q in range(kernel[1]):
                across = q * dilation[1] - padding[1]
                j_first, j_stop = inside(across, stride[1], x.shape[3], places[1])
                for m in range(x.shape[0]):
                    for i in range(i_first, i_stop):
                        begin = (m * places[0] + i) * places[1]
                        source = columns[row, begin + j_first:begin + j_stop]
                        cells = x[m, c, i * stride[0] + down, j_first * stride[1] + across::stride[1]]
                        for j in range(source.size):
                            cells[j] += source[j]
                row += 1


@compiled
def forward(x, W, stride, padding, dilation, groups, out, columns, rows):
    n, c_out, h_out, w_out = out.shape
    area, per_group, size = h_out * w_out, c_out // groups, W.shape[1] * W.shape[2] * W.shape[3]
    flat_W, flat_y = W.reshape(c_out, size), out.reshape(n, c_out, area)
    for block in prange(len(columns)):
        begin, end = block * BLOCK, min(n, (block + 1) * BLOCK)
        gather(x[begin:end], columns[block], W.shape[2:], (h_out, w_out), stride, padding, dilation)
        y = rows[block, 0, :(end - begin) * area]
        for o in range(c_out):
            first = o // per_group * size
            y[:] = 0
            for k in range(size):
                weight = flat_W[o, k]
                cells = columns[block, first + k]
                for i in range(y.size):
                    y[i] += weight * cells[i]
            for m in range(end - begin):
                flat_y[begin + m, o, :] = y[m * area:(m + 1) * area]


@compiled
def input_grad(dy, W, stride, padding, dilation, groups, out, columns, rows):
    n, c_out, h_out, w_out = dy.shape
    area, per_group, size = h_out * w_out, c_out // groups, W.shape[1] * W.shape[2] * W.shape[3]
    flat_W, flat_dy = W.reshape(c_out, size), dy.reshape(n, c_out, area)
    for block in prange(len(columns)):
        begin, end = block * BLOCK, min(n, (block + 1) * BLOCK)
        for o in range(c_out):
            for m in range(end - begin):
                rows[block, o, m * area:(m + 1) * area] = flat_dy[begin + m, o]
        for k in range(groups * size):
            cells = columns[block, k, :(end - begin) * area]
            cells[:] = 0
            for o in range(k // size * per_group, (k // size + 1) * per_group):
                weight = flat_W[o, k % size]
                d = rows[block, o]
                for i in range(cells.size):
                    cells[i] += weight * d[i]
        scatter(columns[block], out[begin:end], W.shape[2:], (h_out, w_out), stride, padding, dilation)


@compiled
def weight_grad(x, dy, kernel, stride, padding, dilation, groups, columns, rows, partial):
    n, c_out, h_out, w_out = dy.shape
    area, per_group, size = h_out * w_out, c_out // groups, partial.shape[2]
    flat_dy = dy.reshape(n, c_out, area)
    for block in prange(len(columns)):
        begin, end = block * BLOCK, min(n, (block + 1) * BLOCK)
        gather(x[begin:end], columns[block], kernel, (h_out, w_out), stride, padding, dilation)
        d = rows[block, 0, :(end - begin) * area]
        for o in range(c_out):
            first = o // per_group * size
            for m in range(end - begin):
                d[m * area:(m + 1) * area] = flat_dy[begin + m, o]
            for k in range(size):
                cells = columns[block, first + k]
                t = d[0] * 0
                for i in range(d.size):
                    t += d[i] * cells[i]
                partial[block, o, k] = t


def scratch(x_shape, kernel, y_shape, rows, dtype, ws):
    """Columns (blocks, c_in kh kw, 8 h_out w_out), and `rows` rows of y for every block."""
    blocks, width = -(-y_shape[0] // BLOCK), BLOCK * y_shape[2] * y_shape[3]
    return ws((blocks, x_shape[1] * kernel[0] * kernel[1], width), dtype), ws((blocks, rows, width), dtype)


def conv2d_forward(x, W, b, geometry, out, ws=fresh, store=None):
    forward(x, W, *geometry, out, *scratch(x.shape, W.shape[2:], out.shape, 1, x.dtype, ws))
    add_bias(b, out)
    finish(out, store, ws)


def conv2d_input_grad(dy, W, b, geometry, out, ws=fresh, store=None):
    input_grad(dy, W, *geometry, out, *scratch(out.shape, W.shape[2:], dy.shape, len(W), dy.dtype, ws))
    add_bias(b, out)
    finish(out, store, ws)


def conv2d_weight_grad(x, dy, geometry, out, ws=fresh):
    columns, rows = scratch(x.shape, out.shape[2:], dy.shape, 1, x.dtype, ws)
    partial = ws((len(columns), len(out), out[0].size), x.dtype)
    weight_grad(x, dy, out.shape[2:], *geometry, columns, rows, partial)
    np.sum(partial, axis=0, out=out.reshape(partial.shape[1:]))
