"""Blocks: LANES samples side by side, innermost, so that every loop runs along samples at full width.

    (n, c, h, w)  is stored as  (n / LANES, h, w, c, LANES)         (n, k) as images of one pixel
    the last block is filled up: its spare lanes are 0 on entering, and stay 0 in gradients

Entering and gathering from uint8 are one pass: a channel of a block's samples is fetched into the cache, and turned
from there with vector registers.
"""
from math import prod

import numpy as np
from numba import get_thread_id, prange

from ..numpy.scratch import fresh
from .compiled import compiled, inlined
from .host import BYTES, LANES, THREADS
from .outer import turn


def storage(n, shape):
    c, h, w = shape if len(shape) == 3 else (prod(shape), 1, 1)
    return (-(-n // LANES), h, w, c, LANES)


@compiled
def fill(x, line, out):
    """x (n, c, pixels) into out (blocks, pixels, c, LANES); line (threads, LANES, pixels) is scratch"""
    n, channels, pixels = x.shape
    zero = x.dtype.type(0)
    for item in prange(out.shape[0] * channels):
        block, c, thread = item // channels, item % channels, get_thread_id()
        for lane in range(LANES):
            sample = block * LANES + lane
            for pixel in range(pixels):
                line[thread, lane, pixel] = x[sample, c, pixel] if sample < n else zero
        lay_out(line, thread, out, block, c)


@compiled
def choose(images, index, whole, line, out):
    """images[index] / whole likewise, straight from where they lie"""
    channels, pixels = images.shape[1:]
    for item in prange(out.shape[0] * channels):
        block, c, thread = item // channels, item % channels, get_thread_id()
        for lane in range(LANES):
            sample = block * LANES + lane
            if sample < index.size:
                image = index[sample]
                for pixel in range(pixels):
                    line[thread, lane, pixel] = images[image, c, pixel] / whole
            else:
                for pixel in range(pixels):
                    line[thread, lane, pixel] = 0
        lay_out(line, thread, out, block, c)


@inlined
def lay_out(line, thread, out, block, c):
    """Turns line (LANES, pixels) of a channel into its place in the block, a square of numbers at a time."""
    _, pixels, channels, _ = out.shape
    width = BYTES // line.itemsize
    if pixels < width:
        for pixel in range(pixels):
            for lane in range(LANES):
                out[block, pixel, c, lane] = line[thread, lane, pixel]
    else:
        for start in range(0, pixels, width):
            pixel = min(start, pixels - width)
            for lane in range(0, LANES, width):
                turn(out, ((block * pixels + pixel) * channels + c) * LANES + lane, channels * LANES,
                     line, (thread * LANES + lane) * pixels + pixel, pixels)


@compiled
def spill(x, out):
    """The way back"""
    n, channels, pixels = out.shape
    width = BYTES // x.itemsize
    for item in prange(x.shape[0] * channels):
        block, c = item // channels, item % channels
        if pixels < width or (block + 1) * LANES > n:
            for lane in range(min(LANES, n - block * LANES)):
                for pixel in range(pixels):
                    out[block * LANES + lane, c, pixel] = x[block, pixel, c, lane]
        else:
            for start in range(0, pixels, width):
                pixel = min(start, pixels - width)
                for lane in range(0, LANES, width):
                    turn(out, ((block * LANES + lane) * channels + c) * pixels + pixel, channels * pixels,
                         x, ((block * pixels + pixel) * channels + c) * LANES + lane, channels * LANES)


@compiled
def reorder(x, out):
    """Number k of a sample, in (c, h, w) order, goes from its place in x to its place in out."""
    _, x_area, x_channels, _ = x.shape
    area = out.shape[1]
    for block in prange(len(x)):
        for k in range(x_area * x_channels):
            for lane in range(LANES):
                out[block, k % area, k // area, lane] = x[block, k % x_area, k // x_area, lane]


def by_pixel(stored):
    """(blocks, pixels, c, LANES); features count as pixels of one channel, which lie in a row in memory"""
    blocks, h, w, c, _ = stored.shape
    return stored.reshape((blocks, c, 1, LANES) if h * w == 1 else (blocks, h * w, c, LANES))


def public(x, stored):
    """(n, ...) as (n, c, pixels) to match `by_pixel`; copied where it is not contiguous"""
    return np.ascontiguousarray(x).reshape(len(x), by_pixel(stored).shape[2], -1)


def lines(stored, ws):
    """Scratch for one channel of a block, a row for each thread."""
    return ws((THREADS, LANES, by_pixel(stored).shape[1]), stored.dtype)


def enter(x, out, ws=fresh):
    fill(public(x, out), lines(out, ws), by_pixel(out))


def gather(images, index, whole, out, ws=fresh):
    choose(public(images, out), index, out.dtype.type(whole), lines(out, ws), by_pixel(out))


def leave(x, out):
    spill(by_pixel(x), out.reshape(len(out), by_pixel(x).shape[2], -1))


def reshape(x, out):
    reorder(by_pixel(x), by_pixel(out))
