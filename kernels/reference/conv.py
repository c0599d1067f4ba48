"""Convolution: one list of products, summed three ways.

    y[n, o, i, j] = b[o] + sum over c, p, q of W[o, c, p, q] * x[n, k, r, s]
    with r = i stride_h + p dilation_h - top,  s = j stride_w + q dilation_w - left,  and k channel c of o's group

Outside the image x is 0. Shapes: x (n, c_in, h, w), W (c_out, c_in / groups, kh, kw), b (c_out,), y (n, c_out, h_out,
w_out). The transposed convolution is the same list with the roles swapped: its forward is `conv2d_input_grad`.
"""
import numpy as np

from .activation import finish


def products(x_shape, W_shape, y_shape, geometry):
    """The index of every product inside the image: of y as (n, o, i, j), of W as (o, c, p, q), of x as (n, k, r, s)."""
    (stride_h, stride_w), (top, left, _, _), (dilation_h, dilation_w), groups = geometry
    per_group_in, per_group_out = W_shape[1], W_shape[0] // groups
    for n, o, i, j in np.ndindex(*y_shape):
        for c, p, q in np.ndindex(*W_shape[1:]):
            k = o // per_group_out * per_group_in + c
            r = i * stride_h + p * dilation_h - top
            s = j * stride_w + q * dilation_w - left
            if 0 <= r < x_shape[2] and 0 <= s < x_shape[3]:
                yield (n, o, i, j), (o, c, p, q), (n, k, r, s)


def conv2d_forward(x, W, b, geometry, out, ws=None, store=None):
    """y[n, o, i, j] = b[o] + sum over c, p, q of W[o, c, p, q] * x[n, k, r, s]"""
    out[...] = 0
    for y_at, W_at, x_at in products(x.shape, W.shape, out.shape, geometry):
        out[y_at] += W[W_at] * x[x_at]
    add_bias(b, out)
    finish(out, store)


def conv2d_input_grad(dy, W, b, geometry, out, ws=None, store=None):
    """dx[n, k, r, s] = sum of W[o, c, p, q] * dy[n, o, i, j] over all products in which x[n, k, r, s] stood (+ b[k])"""
    out[...] = 0
    for y_at, W_at, x_at in products(out.shape, W.shape, dy.shape, geometry):
        out[x_at] += W[W_at] * dy[y_at]
    add_bias(b, out)
    finish(out, store)


def conv2d_weight_grad(x, dy, geometry, out, out_b=None, transposed=False, ws=None):
    """dW[o, c, p, q] = sum of dy[n, o, i, j] * x[n, k, r, s] over all products in which W[o, c, p, q] stood"""
    out[...] = 0
    for y_at, W_at, x_at in products(x.shape, out.shape, dy.shape, geometry):
        out[W_at] += dy[y_at] * x[x_at]
    bias_grad(x if transposed else dy, out_b)


def bias_grad(dy, out):
    """db[c] = sum over n, h, w of dy[n, c, h, w], or nothing where there is no bias"""
    if out is not None:
        out[...] = 0
        for i in np.ndindex(dy.shape):
            out[i[1]] += dy[i]


def add_bias(b, out):
    """out[n, c, ...] += b[c], or nothing where there is no bias"""
    if b is not None:
        for i in np.ndindex(out.shape):
            out[i] += b[i[1]]
