"""A penalty on activations: weight (with the reduction, `scale`) times the sum of |x|."""
import numpy as np


def l1_penalty(x, n, scale, value, ws=None):
    """value = scale * sum of |x|"""
    value[...] = 0
    for i in np.ndindex(x.shape):
        value += scale * abs(x[i])


def l1_penalty_input_grad(dy, x, n, scale, out, ws=None):
    """dx = dy + scale sign(x), sign(0) = 0"""
    for i in np.ndindex(x.shape):
        out[i] = dy[i] + scale * ((x[i] > 0) * 1 - (x[i] < 0) * 1)
