"""PReLU: a slope for each channel below 0, or one for all.

Shapes: x, y, dx, dy (n, c) or (n, c, h, w); W (c,) or (1,).
"""
import numpy as np


def prelu_forward(x, W, out, ws=None):
    """y = x where x > 0, else W[c] x"""
    for i in np.ndindex(x.shape):
        out[i] = x[i] if x[i] > 0 else W[i[1] % len(W)] * x[i]


def prelu_input_grad(dy, x, W, out, ws=None):
    """dx = dy where x > 0, else W[c] dy"""
    for i in np.ndindex(x.shape):
        out[i] = dy[i] if x[i] > 0 else W[i[1] % len(W)] * dy[i]


def prelu_weight_grad(x, dy, out, ws=None):
    """dW[c] = sum of dy x over n, h, w where x is not above 0; over c as well where there is one slope"""
    out[...] = 0
    for i in np.ndindex(x.shape):
        out[i[1] % len(out)] += 0 if x[i] > 0 else dy[i] * x[i]
