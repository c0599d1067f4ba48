"""Dropout: a mask of factors, drawn as people see samples and laid out in blocks, and the product with it."""
import numpy as np
from numba import prange

from .compiled import compiled
from .host import LANES
from .layout import by_pixel, public


@compiled
def keep_or_drop(u, p, factor, out):
    n, channels, pixels = u.shape
    for block in prange(len(out)):
        for pixel in range(pixels):
            for c in range(channels):
                for lane in range(LANES):
                    sample = block * LANES + lane
                    out[block, pixel, c, lane] = factor if sample < n and u[sample, c, pixel] >= p else 0


@compiled
def multiply(x, mask, out):
    for i in prange(out.size):
        out[i] = x[i] * mask[i]


def dropout_mask(u, p, out):
    keep_or_drop(public(u, out), np.float32(p), 1 / (1 - p) if p < 1 else 0.0, by_pixel(out))


def dropout_forward(x, mask, out):
    multiply(x.ravel(), mask.ravel(), out.ravel())


def dropout_input_grad(dy, mask, out):
    multiply(dy.ravel(), mask.ravel(), out.ravel())
