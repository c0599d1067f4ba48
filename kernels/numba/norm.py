"""Batch norm in two kinds of loop: sums by block, lane by lane, and one pass that writes.

    sums     a row of c LANES sums for each block, added up afterwards in the same order, over true samples only
    passes   block by block, every channel with its own numbers; spare lanes of a gradient stay 0
"""
import numpy as np
from numba import prange

from ..numpy.scratch import fresh
from .channel_sums import add_up
from .compiled import compiled, short
from .host import LANES
from .store import finish


@compiled
def statistics(x, n, scale, partial, mean, var):
    for block in prange(len(x)):
        for k in range(partial.shape[1]):
            partial[block, k] = 0
        for pixel in range(x.shape[1]):
            for k in range(partial.shape[1]):
                partial[block, k] += x[block, pixel, k]
    add_up(partial, n, scale, mean)
    for block in prange(len(x)):
        for k in range(partial.shape[1]):
            partial[block, k] = 0
        for pixel in range(x.shape[1]):
            for c in range(mean.size):
                centre = mean[c]
                for k in range(c * LANES, (c + 1) * LANES):
                    distance = x[block, pixel, k] - centre
                    partial[block, k] += distance * distance
    add_up(partial, n, scale, var)


@compiled
def normalise(x, mean, var, eps, W, b, x_hat, inv_std, out, least):
    for c in range(W.size):
        inv_std[c] = 1 / np.sqrt(var[c] + eps)
    for block in prange(len(x)):
        for pixel in range(x.shape[1]):
            for c in range(W.size):
                centre, factor, weight, bias = mean[c], inv_std[c], W[c], b[c]
                for k in range(c * LANES, (c + 1) * LANES):
                    t = (x[block, pixel, k] - centre) * factor
                    x_hat[block, pixel, k] = t
                    t = t * weight + bias
                    out[block, pixel, k] = least if t < least else t


@compiled
def sums_of(dy, x_hat, partial, sum_dy, sum_products):
    """Over samples and pixels, in one pass; partial (2, blocks, c LANES)"""
    for block in prange(len(dy)):
        for k in range(partial.shape[2]):
            partial[0, block, k] = 0
            partial[1, block, k] = 0
        for pixel in range(dy.shape[1]):
            for k in range(partial.shape[2]):
                partial[0, block, k] += dy[block, pixel, k]
                partial[1, block, k] += dy[block, pixel, k] * x_hat[block, pixel, k]
    add_up(partial[0], len(dy) * LANES, 1, sum_dy)
    add_up(partial[1], len(dy) * LANES, 1, sum_products)


@compiled
def spread(dy, x_hat, W, inv_std, sum_dy, sum_products, scale, n, out):
    """W inv_std (dy - mean(dy) - x_hat mean(dy x_hat)) for true samples, 0 for spare lanes; scale: 1 / values"""
    for block in prange(len(dy)):
        valid = min(LANES, n - block * LANES)
        for pixel in range(dy.shape[1]):
            for c in range(W.size):
                factor, mean_dy, mean_product = W[c] * inv_std[c], sum_dy[c] * scale, sum_products[c] * scale
                for k in range(c * LANES, (c + 1) * LANES):
                    t = dy[block, pixel, k] - mean_dy - x_hat[block, pixel, k] * mean_product
                    out[block, pixel, k] = t * factor
                for k in range(c * LANES + valid, (c + 1) * LANES):
                    out[block, pixel, k] = 0


@short
def move(mean, var, momentum, unbiased, running_mean, running_var):
    one = mean.dtype.type(1)
    for c in range(mean.size):
        running_mean[c] = (one - momentum) * running_mean[c] + momentum * mean[c]
        running_var[c] = (one - momentum) * running_var[c] + momentum * unbiased * var[c]


def rows(x):
    """(blocks, pixels, c LANES)"""
    return x.reshape(len(x), -1, x.shape[3] * LANES)


def values_per_channel(x, n):
    return n * x.shape[1] * x.shape[2]


def sums(x, ws):
    """Scratch for sums, one row for each block."""
    return ws((len(x), x.shape[3] * LANES), x.dtype)


def batch_norm_stats(x, n, mean, var, ws=fresh):
    statistics(rows(x), n, x.dtype.type(1 / values_per_channel(x, n)), sums(x, ws), mean, var)


def batch_norm_forward(x, mean, var, eps, W, b, x_hat, inv_std, out, ws=fresh, store=None):
    least = x.dtype.type(0 if store is not None and store[0] == "relu" else -np.inf)
    normalise(rows(x), mean, var, eps, W, b, rows(x_hat), inv_std, rows(out), least)
    finish(out, store)


def batch_norm_input_grad(dy, x_hat, inv_std, W, n, batch_stats, out, ws=fresh, store=None, sums=None):
    if sums is None:
        sums = ws(W.shape, W.dtype), ws(W.shape, W.dtype)
        batch_norm_weight_grad(dy, x_hat, out=sums[1], out_b=sums[0], ws=ws)
    # running statistics do not depend on x: then nothing is taken off
    scale = W.dtype.type(1 / values_per_channel(dy, n) if batch_stats else 0)
    spread(rows(dy), rows(x_hat), W, inv_std, *sums, scale, n, rows(out))
    finish(out, store, stored=())


def batch_norm_weight_grad(dy, x_hat, out, out_b, ws=fresh):
    sums_of(rows(dy), rows(x_hat), ws((2, len(dy), dy.shape[3] * LANES), dy.dtype), out_b, out)


def batch_norm_commit(mean, var, m, momentum, running_mean, running_var):
    number = running_mean.dtype.type
    move(mean, var, number(momentum), number(m / (m - 1)), running_mean, running_var)
