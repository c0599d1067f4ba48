"""Upsample: a larger image, each new pixel a weighted mean of old ones; rows and columns one after the other.

    y[n, c, i, j] = sum over r, s of A[i, r] * B[j, s] * x[n, c, r, s],    in short Y = A X B'

A row of A holds the weights of one new row: a single 1 for `nearest`, (1 - t, t) on two neighbours for `bilinear`.
Shapes: x (n, c, h, w); A (h_out, h); B (w_out, w); y (n, c, h_out, w_out) with h_out = h * scale. A linear map, so its
gradient is the transposed one: dX = A' dY B.
"""
from typing import Any

import numpy as np

from .arguments import image, pair
from .layer import Layer

MODES = ("nearest", "nearest-exact", "bilinear")


def weights(size, out, mode, align_corners):
    """The (out, size) matrix of one axis."""
    place = np.arange(out)
    if mode == "nearest":
        source = place * size // out
    elif mode == "nearest-exact":    # centres on centres
        source = (2 * place + 1) * size // (2 * out)
    elif align_corners:
        source = place * ((size - 1) / max(out - 1, 1))
    else:
        source = np.clip((place + 0.5) * (size / out) - 0.5, 0, size - 1)    # centres on centres
    low = np.minimum(source.astype(int), size - 1)
    high, t = np.minimum(low + 1, size - 1), source - low
    matrix = np.zeros((out, size))
    matrix[place, low] += 1 - t
    matrix[place, high] += t
    return matrix


class Upsample(Layer, kernels_only=True):
    """scale_factor: an int or a pair; mode: 'nearest' or 'bilinear' (align_corners as in torch.nn.Upsample)."""

    operation = "upsample_forward"

    def __init__(self, size=None, scale_factor=None, mode="nearest", align_corners=None):
        if (size is None) == (scale_factor is None):
            raise ValueError("Upsample takes either size=(h_out, w_out) or scale_factor=...; got "
                             + ("neither" if size is None else "both"))
        self.size = size if size is None else pair("size", size)
        self.scale: Any = scale_factor if scale_factor is None else pair("scale_factor", scale_factor)
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}; got {mode!r}")
        if align_corners is not None and mode != "bilinear":
            raise ValueError("align_corners belongs to mode='bilinear'")
        self.mode, self.align_corners = mode, bool(align_corners)

    def shape(self, shape):
        channels, h, w = image(shape)
        return (channels, *(self.size or (h * self.scale[0], w * self.scale[1])))

    def prepare(self):
        self.A, self.B = (self.xp.asarray(weights(self.in_shape[axis], self.out_shape[axis], self.mode,
                                                  self.align_corners), self.dtype) for axis in (1, 2))

    def compute(self, c):
        self.kernels.upsample_forward(c.x, self.A, self.B, out=c.y, ws=c.ws())    # Y = A X B'

    def input_grad(self, c):
        self.kernels.upsample_input_grad(c.dy, self.A, self.B, out=c.dx, ws=c.ws())    # dX = A' dY B

    def multiply_adds(self):
        channels, h, w = self.in_shape
        return channels * (self.out_shape[1] * h * w + self.out_shape[1] * w * self.out_shape[2])
