"""Softmax: positive numbers that add up to 1, over the features or the channels of each pixel.

    y[n, k] = exp(x[n, k]) / sum over j of exp(x[n, j])

Shapes: x, y (n, k) or (n, k, h, w). Each output depends on every input of its row:
dx[n, k] = y[n, k] (dy[n, k] - sum over j of dy[n, j] y[n, j]).
"""
from .layer import Layer


class Softmax(Layer):
    """Softmax over the second axis, as torch.nn.Softmax(dim=1)."""

    def __init__(self, dim=1):
        if dim != 1:
            raise ValueError(f"Softmax runs over axis 1, the features or channels; dim={dim!r} is not supported")

    def compute(self, c):
        self.kernels.softmax_forward(c.x, out=c.y, ws=c.ws)    # y = exp(x) / sum of exp(x)

    def input_grad(self, c):
        self.kernels.softmax_input_grad(c.dy, c.y, out=c.dx, ws=c.ws)    # dx = y (dy - sum of dy y)
