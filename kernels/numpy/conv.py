"""Convolution as a matrix product over columns (im2col).

    columns[n, g, (c p q), (i j)]   the cells that tap (p, q) of channel c meets at place (i, j); 0 outside the image
    forward        y       = W columns          W as (groups, c_out / groups, c_in / groups kh kw)
    input grad     columns = W' dy              then every column entry is added back to the cell it came from
    weight grad    dW      = sum over n of dy columns'
"""
import numpy as np

from ..geometry import window_taps
from .activation import finish
from .scratch import all_but_channels, channels, fresh


def gather(x, kernel, places, geometry, ws):
    """Copies the cells under every tap into columns (n, c_in, kh, kw, h_out, w_out)."""
    stride, padding, dilation, _ = geometry
    columns = ws((*x.shape[:2], *kernel, *places), x.dtype)
    if any(padding):
        columns[...] = 0
    for p, q, y_at, x_at in window_taps(x.shape, (0, 0, *places), kernel, stride, padding, dilation):
        columns[:, :, p, q][y_at] = x[x_at]
    return columns


def scatter(columns, geometry, out):
    """Adds every column entry to the cell it came from: the transpose of `gather`."""
    stride, padding, dilation, _ = geometry
    kernel, places = columns.shape[2:4], columns.shape[4:]
    out[...] = 0
    for p, q, y_at, x_at in window_taps(out.shape, (0, 0, *places), kernel, stride, padding, dilation):
        out[x_at] += columns[:, :, p, q][y_at]


def conv2d_forward(x, W, b, geometry, out, ws=fresh, store=None):
    n, c_out, h_out, w_out = out.shape
    groups = geometry[-1]
    columns = gather(x, W.shape[2:], (h_out, w_out), geometry, ws).reshape(n, groups, -1, h_out * w_out)
    np.matmul(W.reshape(groups, c_out // groups, -1), columns, out=out.reshape(n, groups, -1, h_out * w_out))
    add_bias(b, out)
    finish(out, store, ws)


def conv2d_input_grad(dy, W, b, geometry, out, ws=fresh, store=None):
    n, c_out, h_out, w_out = dy.shape
    groups = geometry[-1]
    columns = ws((n, out.shape[1], *W.shape[2:], h_out, w_out), dy.dtype)
    W_transposed = W.reshape(groups, c_out // groups, -1).swapaxes(1, 2)
    np.matmul(W_transposed, dy.reshape(n, groups, -1, h_out * w_out), out=columns.reshape(n, groups, -1, h_out * w_out))
    scatter(columns, geometry, out)
    add_bias(b, out)
    finish(out, store, ws)


def conv2d_weight_grad(x, dy, geometry, out, out_b=None, transposed=False, ws=fresh):
    n, c_out, h_out, w_out = dy.shape
    groups = geometry[-1]
    columns = gather(x, out.shape[2:], (h_out, w_out), geometry, ws).reshape(n, groups, -1, h_out * w_out)
    each = ws((n, groups, c_out // groups, columns.shape[2]), x.dtype)
    np.matmul(dy.reshape(n, groups, -1, h_out * w_out), columns.swapaxes(2, 3), out=each)
    np.sum(each, axis=0, out=out.reshape(each.shape[1:]))
    bias_grad(x if transposed else dy, out_b)


def bias_grad(dy, out):
    """out[c] = the sum of dy over samples and pixels, or nothing where there is no bias"""
    if out is not None:
        np.sum(dy, axis=all_but_channels(dy), out=out)


def add_bias(b, out):
    """out[n, c, ...] += b[c], or nothing where there is no bias"""
    if b is not None:
        out += channels(b, out)
