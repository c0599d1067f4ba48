"""Blocks of 32 samples, a warp each: (n, c, h, w) is stored as (n / 32, c, h, w, 32), (n, k) as images of one pixel.

The order within a sample is the public one, so that another shape of the same numbers is the same memory.
"""
from math import prod

import numpy as np

from .launch import LANES, Own, each, fresh, xp


def storage(n, shape):
    return (-(-n // LANES), *(shape if len(shape) == 3 else (prod(shape), 1, 1)), LANES)


def numbers(stored):
    """How many a sample has."""
    return prod(stored.shape[1:4])


def enter(x, out, ws=fresh):
    x = xp.asarray(np.ascontiguousarray(x, out.dtype) if isinstance(x, np.ndarray) else x)
    each("layout.cu", "enter", out.dtype, out.size, x, out, len(x), numbers(out))


def gather(images, index, whole, out, ws=fresh):
    pixel = {"uint8": "unsigned char", "float32": "float", "float64": "double"}[images.dtype.name]
    each("layout.cu", f"gather<{pixel}>", out.dtype, out.size, Own(images), index, float(whole), out, len(index),
         numbers(out))


def leave(x, out):
    device = xp.empty(out.shape, x.dtype) if isinstance(out, np.ndarray) else out
    each("layout.cu", "leave", x.dtype, device.size, x, device, numbers(x))
    if device is not out:
        out[...] = device.get()


def dropout_mask(u, p, out):
    kept = 1 / (1 - p) if p < 1 else 0.0
    each("layout.cu", "dropout_mask", out.dtype, out.size, Own(xp.asarray(u)), np.float32(p), kept, out, len(u),
         numbers(out))


def dropout_forward(x, mask, out):
    each("layout.cu", "multiply", x.dtype, x.size, x, mask, out)


def dropout_input_grad(dy, mask, out):
    each("layout.cu", "multiply", dy.dtype, dy.size, dy, mask, out)
