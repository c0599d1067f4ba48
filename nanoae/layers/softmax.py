"""Softmax: positive numbers that add up to 1, over the features or the channels of each pixel.

    y[n, k] = exp(x[n, k]) / sum over j of exp(x[n, j])

Shapes: x, y (n, k) or (n, k, h, w). Each output depends on every input of its row:
dx[n, k] = y[n, k] (dy[n, k] - sum over j of dy[n, j] y[n, j]).
"""
from .arguments import features_or_image
from .layer import Layer


class Softmax(Layer, kernels_only=True):
    """Softmax over the second axis, as torch.nn.Softmax(dim=1), which of features is dim=-1, of images dim=-3."""

    def __init__(self, dim=1):
        self.dim = dim

    def shape(self, shape):
        features_or_image(shape)
        if self.dim not in (1, -len(shape)):
            raise ValueError(f"runs over the second axis, dim=1, of samples of shape {shape}; got dim={self.dim!r}")
        return shape

    def compute(self, c):
        self.kernels.softmax_forward(c.x, out=c.y, ws=c.ws())    # y = exp(x) / sum of exp(x)

    def input_grad(self, c):
        self.kernels.softmax_input_grad(c.dy, c.y, out=c.dx, ws=c.ws())    # dx = y (dy - sum of dy y)
