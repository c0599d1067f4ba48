"""Pooling and enlarging: windows that keep their largest cell or their mean, and a separable linear map.

Shapes: x (n, c, h, w), y (n, c, h_out, w_out). `window` is (kernel, stride, padding) as in `geometry`.
"""
import numpy as np


def cells(x_shape, y_shape, window):
    """Every (index of y, tap number, index of x) of the window that lies inside the image."""
    (kh, kw), (stride_h, stride_w), (top, left, _, _) = window
    for n, c, i, j in np.ndindex(*y_shape):
        for p, q in np.ndindex(kh, kw):
            r, s = i * stride_h + p - top, j * stride_w + q - left
            if 0 <= r < x_shape[2] and 0 <= s < x_shape[3]:
                yield (n, c, i, j), p * kw + q, (n, c, r, s)


def max_pool2d_forward(x, window, out, index, ws=None):
    """y[n, c, i, j] = the largest x in the window; index = its tap, the first of equals, the last of nans"""
    out[...] = -np.inf
    index[...] = -1    # nobody, until a cell is larger than minus infinity
    for y_at, tap, x_at in cells(x.shape, out.shape, window):
        if x[x_at] > out[y_at] or np.isnan(x[x_at]):
            out[y_at], index[y_at] = x[x_at], tap    # nothing is larger than nan


def max_pool2d_input_grad(dy, index, window, out, ws=None):
    """dx[n, c, r, s] = sum of dy over the windows that took x[n, c, r, s]"""
    out[...] = 0
    for y_at, tap, x_at in cells(out.shape, dy.shape, window):
        if index[y_at] == tap:
            out[x_at] += dy[y_at]


def avg_pool2d_forward(x, window, share, out, ws=None):
    """y[n, c, i, j] = share[i, j] * sum of x in the window; share = 1 / number of cells counted"""
    out[...] = 0
    for y_at, _, x_at in cells(x.shape, out.shape, window):
        out[y_at] += share[y_at[2:]] * x[x_at]


def avg_pool2d_input_grad(dy, window, share, out, ws=None):
    """dx[n, c, r, s] = sum of share[i, j] * dy[n, c, i, j] over the windows that hold (r, s)"""
    out[...] = 0
    for y_at, _, x_at in cells(out.shape, dy.shape, window):
        out[x_at] += share[y_at[2:]] * dy[y_at]


def upsample_forward(x, A, B, out, ws=None):
    """y[n, c, i, j] = sum over r, s of A[i, r] * B[j, s] * x[n, c, r, s]; A (h_out, h), B (w_out, w)"""
    out[...] = 0
    for n, c, i, j in np.ndindex(out.shape):
        for r, s in np.ndindex(x.shape[2:]):
            out[n, c, i, j] += A[i, r] * B[j, s] * x[n, c, r, s]


def upsample_input_grad(dy, A, B, out, ws=None):
    """dx[n, c, r, s] = sum over i, j of A[i, r] * B[j, s] * dy[n, c, i, j]"""
    out[...] = 0
    for n, c, r, s in np.ndindex(out.shape):
        for i, j in np.ndindex(dy.shape[2:]):
            out[n, c, r, s] += A[i, r] * B[j, s] * dy[n, c, i, j]
