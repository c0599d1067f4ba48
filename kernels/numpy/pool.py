"""Pooling tap by tap, and enlarging as two matrix products, rows first."""
import numpy as np

from ..geometry import window_taps
from .scratch import fresh


def max_pool2d_forward(x, window, out, index, ws=fresh):
    out[...] = -np.inf
    index[...] = -1
    wins, no_number = ws(out.shape, bool), ws(out.shape, bool)
    for p, q, y_at, x_at in window_taps(x.shape, out.shape, *window):
        np.greater(x[x_at], out[y_at], out=wins[y_at])
        wins[y_at] |= np.not_equal(x[x_at], x[x_at], out=no_number[y_at])    # np.isnan errs on strided output
        np.copyto(index[y_at], p * window[0][1] + q, where=wins[y_at])
        np.copyto(out[y_at], x[x_at], where=wins[y_at])


def max_pool2d_input_grad(dy, index, window, out, ws=fresh):
    out[...] = 0
    taken, share = ws(dy.shape, bool), ws(dy.shape, dy.dtype)
    for p, q, y_at, x_at in window_taps(out.shape, dy.shape, *window):
        np.equal(index[y_at], p * window[0][1] + q, out=taken[y_at])
        out[x_at] += np.multiply(dy[y_at], taken[y_at], out=share[y_at])


def avg_pool2d_forward(x, window, share, out, ws=fresh):
    out[...] = 0
    for _, _, y_at, x_at in window_taps(x.shape, out.shape, *window):
        out[y_at] += x[x_at]
    out *= share


def avg_pool2d_input_grad(dy, window, share, out, ws=fresh):
    out[...] = 0
    t = np.multiply(dy, share, out=ws(dy.shape, dy.dtype))
    for _, _, y_at, x_at in window_taps(out.shape, dy.shape, *window):
        out[x_at] += t[y_at]


def upsample_forward(x, A, B, out, ws=fresh):
    rows = np.matmul(A, x, out=ws((*x.shape[:2], len(A), x.shape[3]), x.dtype))    # (n, c, h_out, w)
    np.matmul(rows, B.T, out=out)


def upsample_input_grad(dy, A, B, out, ws=fresh):
    rows = np.matmul(A.T, dy, out=ws((*dy.shape[:2], A.shape[1], dy.shape[3]), dy.dtype))    # (n, c, h, w_out)
    np.matmul(rows, B, out=out)
