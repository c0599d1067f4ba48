"""Blocks: LANES samples side by side, innermost, so that every loop runs along samples at full width.

    (n, c, h, w)  is stored as  (n / LANES, h, w, c, LANES)         (n, k) as images of one pixel
    the last block is filled up: its spare lanes are 0 on entering, and stay 0 in gradients

Entering, gathering from uint8 and leaving are one pass each, a few pixels at a time so that lines of memory are
filled while they are in the cache.
"""
from math import prod

import numpy as np
from numba import prange

from ..numpy.scratch import fresh
from .compiled import compiled
from .host import LANES

PIXELS = 16    # pixels of a pass


def storage(n, shape):
    c, h, w = shape if len(shape) == 3 else (prod(shape), 1, 1)
    return (-(-n // LANES), h, w, c, LANES)


def flat(x, out):
    """x (n, ...) as (n, c, pixels) for a stored `out`; copied where it is not contiguous."""
    return np.ascontiguousarray(x).reshape(len(x), out.shape[3], -1)


@compiled
def fill(x, out):
    n, channels, pixels = x.shape
    for block in prange(len(out)):
        valid = min(LANES, n - block * LANES)
        for start in range(0, pixels, PIXELS):
            for c in range(channels):
                for lane in range(valid):
                    for pixel in range(start, min(start + PIXELS, pixels)):
                        out[block, pixel, c, lane] = x[block * LANES + lane, c, pixel]
                for lane in range(valid, LANES):
                    for pixel in range(start, min(start + PIXELS, pixels)):
                        out[block, pixel, c, lane] = 0


@compiled
def choose(images, index, whole, out):
    channels, pixels = images.shape[1:]
    for block in prange(len(out)):
        valid = min(LANES, index.size - block * LANES)
        for start in range(0, pixels, PIXELS):
            for c in range(channels):
                for lane in range(valid):
                    image = index[block * LANES + lane]
                    for pixel in range(start, min(start + PIXELS, pixels)):
                        out[block, pixel, c, lane] = images[image, c, pixel] / whole
                for lane in range(valid, LANES):
                    for pixel in range(start, min(start + PIXELS, pixels)):
                        out[block, pixel, c, lane] = 0


@compiled
def spill(x, out):
    n, channels, pixels = out.shape
    for block in prange(len(x)):
        for start in range(0, pixels, PIXELS):
            for c in range(channels):
                for lane in range(min(LANES, n - block * LANES)):
                    for pixel in range(start, min(start + PIXELS, pixels)):
                        out[block * LANES + lane, c, pixel] = x[block, pixel, c, lane]


@compiled
def reorder(x, out):
    """Number k of a sample, in (c, h, w) order, goes from its place in x to its place in out."""
    _, x_area, x_channels, _ = x.shape
    area = out.shape[1]
    for block in prange(len(x)):
        for k in range(x_area * x_channels):
            for lane in range(LANES):
                out[block, k % area, k // area, lane] = x[block, k % x_area, k // x_area, lane]


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


def by_pixel(stored):
    """(blocks, pixels, c, LANES)"""
    return stored.reshape(len(stored), -1, *stored.shape[3:])


def enter(x, out):
    fill(flat(x, out), by_pixel(out))


def gather(images, index, out, ws=fresh):
    choose(flat(images, out), index, out.dtype.type(255), by_pixel(out))


def leave(x, out):
    spill(by_pixel(x), out.reshape(len(out), x.shape[3], -1))


def reshape(x, out):
    reorder(by_pixel(x), by_pixel(out))


def dropout_mask(u, p, out):
    keep_or_drop(flat(u, out), np.float32(p), 1 / (1 - p) if p < 1 else 0.0, by_pixel(out))


def dropout_forward(x, mask, out):
    multiply(x.ravel(), mask.ravel(), out.ravel())


def dropout_input_grad(dy, mask, out):
    multiply(dy.ravel(), mask.ravel(), out.ravel())
