"""Flatten and Reshape: the same numbers in another shape, read in (c, h, w) order.

    y[n, k] = x[n, c, i, j] with k = (c h + i) w + j,    dx[n, c, i, j] = dy[n, k]

Shapes: Flatten x (n, c, h, w), y (n, c h w); Reshape any to any of the same size.
"""
from math import prod

from .arguments import count
from .layer import Layer


class Reshape(Layer):
    """Every sample in the shape given: Reshape((32, 3, 3))."""

    def __init__(self, shape):
        self.to = tuple(count("each size of a shape", size) for size in shape)

    def shape(self, shape):
        if prod(shape) != prod(self.to):
            raise ValueError(f"samples of shape {shape} hold {prod(shape)} numbers, {self.to} holds {prod(self.to)}")
        return self.to

    def compute(self, c):
        self.kernels.reshape(c.x, out=c.y)    # y[k] = x[k]

    def input_grad(self, c):
        self.kernels.reshape(c.dy, out=c.dx)    # dx[k] = dy[k]


class Flatten(Reshape):
    """Every sample as a row of features."""

    def __init__(self):
        pass

    def shape(self, shape):
        return (prod(shape),)
