"""Flatten and Reshape: the same numbers in another shape, read in (c, h, w) order.

    y[n, k] = x[n, c, i, j] with k = (c h + i) w + j,    dx[n, c, i, j] = dy[n, k]

Where a rung keeps a sample in that order, nothing is computed: y is a view of x.

Shapes: Flatten x (n, c, h, w), y (n, c h w); Reshape any to any of the same size.
"""
from math import prod

from .arguments import count
from .layer import Layer


class Reshape(Layer, kernels_only=True):
    """Every sample in the shape given: Reshape((32, 3, 3))."""

    reshapes = True

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
    """Every sample as a row of features; start_dim: the first axis of (n, c, h, w) that is taken into the row."""

    def __init__(self, start_dim=1):
        self.kept_axes = count("start_dim", start_dim) - 1

    def shape(self, shape):
        if self.kept_axes >= len(shape):
            raise ValueError(f"start_dim={self.kept_axes + 1} is beyond the axes of samples of shape {shape}")
        return (*shape[:self.kept_axes], prod(shape[self.kept_axes:]))
