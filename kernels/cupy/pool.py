"""Pooling and enlarging, a thread a number."""
from .launch import each, fresh


def ints(x, y, window):
    """(c, h, w, h_out, w_out) and the window, as kernels take them; x larger, y pooled."""
    (kh, kw), (sh, sw), (top, left, *_) = window[:3]
    return (*x.shape[1:4], *y.shape[2:4], kh, kw, sh, sw, top, left)


def max_pool2d_forward(x, window, out, index, ws=fresh):
    each("pool.cu", "largest", x.dtype, out.size, x, out, index, *ints(x, out, window))


def max_pool2d_input_grad(dy, index, window, out, ws=fresh):
    each("pool.cu", "to_the_largest", dy.dtype, out.size, dy, index, out, *ints(out, dy, window))


def avg_pool2d_forward(x, window, share, out, ws=fresh):
    each("pool.cu", "mean", x.dtype, out.size, x, share, out, *ints(x, out, window))


def avg_pool2d_input_grad(dy, window, share, out, ws=fresh):
    each("pool.cu", "to_all", dy.dtype, out.size, dy, share, out, *ints(out, dy, window))


def upsample_forward(x, A, B, out, ws=fresh):
    each("pool.cu", "enlarge", x.dtype, out.size, x, A, B, out, *x.shape[2:4], *out.shape[2:4], A.shape[1], 1,
         B.shape[1], 1)


def upsample_input_grad(dy, A, B, out, ws=fresh):
    each("pool.cu", "enlarge", dy.dtype, out.size, dy, A, B, out, *dy.shape[2:4], *out.shape[2:4], 1, A.shape[1], 1,
         B.shape[1])
