"""Linear: three matrix products, one for each of y, dx and dW."""
import numpy as np

from .activation import finish
from .conv import add_bias, bias_grad
from .scratch import fresh


def linear_forward(x, W, b, out, ws=fresh, store=None):
    np.matmul(x, W.T, out=out)
    add_bias(b, out)
    finish(out, store, ws)


def linear_input_grad(dy, W, out, ws=fresh, store=None):
    np.matmul(dy, W, out=out)
    finish(out, store, ws)


def linear_weight_grad(x, dy, out, out_b=None, ws=fresh):
    np.matmul(dy.T, x, out=out)
    bias_grad(dy, out_b)
