"""Losses in one pass: the sum of the terms by sample, in float64, and the gradient, 0 in spare lanes.

Each loss is a term and its slope; one loop serves them all. mse has a second slope, times the derivative of the
sigmoid that made y, so that a network that ends in a sigmoid needs no pass for it.
"""
import math

import numpy as np
from numba import prange

from ..numpy.scratch import fresh
from ..reference.loss import LEAST, LEAST_SLOPE
from .compiled import compiled, inlined
from .host import LANES
from .logistic import logistic
from .store import finish

RUN = 64    # terms of a lane that are summed in their own dtype before they join its float64 sum


@inlined
def add_lanes(partial, n, scale, value):
    """value = scale * the sums of all true samples, (blocks, LANES), one after the other"""
    total = 0.0
    for sample in range(n):
        total += partial[sample // LANES, sample % LANES]
    value[0] = total * scale


@inlined
def square(y, t):
    gap = y - t
    return gap * gap, gap + gap


@inlined
def square_of_sigmoid(y, t):
    gap = y - t
    return gap * gap, (gap + gap) * y * (type(y)(1) - y)


@inlined
def distance(y, t):
    gap = y - t
    return abs(gap), gap * 0 + 1 if gap > 0 else (gap * 0 - 1 if gap < 0 else gap)


@inlined
def entropy(y, t):
    log_y, log_rest = math.log(max(y, LEAST)), math.log(max(1 - y, LEAST))
    return -t * log_y - (1 - t) * log_rest, (y - t) / max(y * (1 - y), LEAST_SLOPE)


@inlined
def entropy_of_logit(y, t):
    return max(y, 0) + math.log1p(math.exp(-abs(y))) - y * t, logistic(y) - t


def summed(term):
    """A kernel: value = scale * sum of term(y, target)[0] over true samples, out = slope_scale * its slope.

    y, target, out (blocks, numbers, LANES); some and partial (blocks, LANES) are scratch. A lane has a sum of its own:
    RUN terms in y's dtype, then on to float64. lanes: LANES, but not to the compiler, which would unroll the loop and
    miss the vectors.
    """
    def loss(y, target, n, scale, slope_scale, lanes, out, some, partial, value):
        for block in prange(len(y)):
            valid = min(LANES, n - block * LANES)
            for lane in range(LANES):
                partial[block, lane] = 0
            for begin in range(0, y.shape[1], RUN):
                for lane in range(LANES):
                    some[block, lane] = 0
                for i in range(begin, min(y.shape[1], begin + RUN)):
                    for lane in range(lanes):
                        one, slope = term(y[block, i, lane], target[block, i, lane])
                        some[block, lane] += one
                        out[block, i, lane] = slope * slope_scale
                for lane in range(LANES):
                    partial[block, lane] += some[block, lane]
            for i in range(y.shape[1] if valid < LANES else 0):
                for lane in range(valid, LANES):
                    out[block, i, lane] = 0
        add_lanes(partial, n, scale, value)
    return compiled(loss, name=term.py_func.__name__)


@compiled
def classes(y, labels, n, scale, slope_scale, lanes, out, some, partial, value):
    """y, out (blocks, pixels, k, LANES); labels (n, pixels)"""
    for block in prange(len(y)):
        for lane in range(LANES):
            partial[block, lane] = 0
        for pixel in range(y.shape[1]):
            for lane in range(LANES):
                for k in range(y.shape[2]):
                    out[block, pixel, k, lane] = 0
            for lane in range(min(LANES, n - block * LANES)):
                label, top, powers = labels[block * LANES + lane, pixel], y[block, pixel, 0, lane], slope_scale * 0
                for k in range(y.shape[2]):
                    top = max(top, y[block, pixel, k, lane])
                for k in range(y.shape[2]):
                    powers += math.exp(y[block, pixel, k, lane] - top)
                partial[block, lane] += math.log(powers) - (y[block, pixel, label, lane] - top)
                for k in range(y.shape[2]):
                    p = math.exp(y[block, pixel, k, lane] - top) / powers
                    out[block, pixel, k, lane] = (p - (1 if k == label else 0)) * slope_scale
    add_lanes(partial, n, scale, value)


squares, squares_of_sigmoid, distances = summed(square), summed(square_of_sigmoid), summed(distance)
entropies, entropies_of_logits = summed(entropy), summed(entropy_of_logit)


def carry_out(kernel, y, target, n, scale, out, value, ws, store=None, stored=()):
    shape = (len(y), y.shape[1] * y.shape[2], y.shape[3], LANES) if kernel is classes else (len(y), -1, LANES)
    target = target.reshape(len(target), -1) if kernel is classes else target.reshape(shape)
    kernel(y.reshape(shape), target, n, float(scale), y.dtype.type(scale), LANES, out.reshape(shape),
           ws((len(y), LANES), y.dtype), ws((len(y), LANES), np.float64), value.reshape(1))
    finish(out, store, stored)


def mse(y, target, n, scale, out, value, ws=fresh, store=None):
    kernel = squares_of_sigmoid if store is not None and store[0] == "sigmoid" else squares
    carry_out(kernel, y, target, n, scale, out, value, ws, store, ("sigmoid",))


def l1(y, target, n, scale, out, value, ws=fresh, store=None):
    carry_out(distances, y, target, n, scale, out, value, ws, store)


def bce(y, target, n, scale, out, value, ws=fresh, store=None):
    carry_out(entropies, y, target, n, scale, out, value, ws, store)


def bce_with_logits(y, target, n, scale, out, value, ws=fresh, store=None):
    carry_out(entropies_of_logits, y, target, n, scale, out, value, ws, store)


def cross_entropy(y, labels, n, scale, out, value, ws=fresh, store=None):
    carry_out(classes, y, labels, n, scale, out, value, ws, store)
