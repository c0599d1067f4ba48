"""Dropout: in training each number is zeroed with probability p, and the others are enlarged to keep the mean.

    y = x mask,   mask = 1 / (1 - p) where u >= p, else 0,   u uniform in [0, 1)

Shapes: x, y, mask, u the same. With train=False x passes untouched. (Srivastava et al. 2014, scaled in training.)
"""
import numpy as np

from .arguments import number
from .layer import Layer


class Dropout(Layer, kernels_only=True):
    """Drops each number with probability p. One mask serves a forward and every backward and repeat that follows it."""

    draws = "train"

    def __init__(self, p=0.5):
        self.p = number("p", p, most=1)

    def fill_draw(self, c, rng):
        u = c.public("u", self.in_shape, np.float32)
        rng.random(out=u, dtype=np.float32)
        self.kernels.dropout_mask(u, self.p, out=c.keep("mask", self.in_shape))    # mask = (u >= p) / (1 - p)

    def skips(self, c):
        return not c.train

    def compute(self, c):
        self.kernels.dropout_forward(c.x, c.keep("mask", self.in_shape), out=c.y)    # y = x mask

    def input_grad(self, c):
        self.kernels.dropout_input_grad(c.dy, c.keep("mask", self.in_shape), out=c.dx)    # dx = dy mask
