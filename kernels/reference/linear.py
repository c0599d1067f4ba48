"""Linear: y = x W' + b. Shapes: x (n, n_in), W (n_out, n_in), b (n_out,), y (n, n_out)."""
import numpy as np

from .activation import finish
from .conv import add_bias, bias_grad


def linear_forward(x, W, b, out, ws=None, store=None):
    """y[n, o] = b[o] + sum over i of W[o, i] * x[n, i]"""
    out[...] = 0
    for n, o in np.ndindex(out.shape):
        for i in range(x.shape[1]):
            out[n, o] += W[o, i] * x[n, i]
    add_bias(b, out)
    finish(out, store)


def linear_input_grad(dy, W, out, ws=None, store=None):
    """dx[n, i] = sum over o of W[o, i] * dy[n, o]"""
    out[...] = 0
    for n, i in np.ndindex(out.shape):
        for o in range(dy.shape[1]):
            out[n, i] += W[o, i] * dy[n, o]
    finish(out, store)


def linear_weight_grad(x, dy, out, out_b=None, ws=None):
    """dW[o, i] = sum over n of dy[n, o] * x[n, i], db[o] = sum over n of dy[n, o]"""
    out[...] = 0
    for o, i in np.ndindex(out.shape):
        for n in range(x.shape[0]):
            out[o, i] += dy[n, o] * x[n, i]
    bias_grad(dy, out_b)
