"""Sampling from a normal distribution, and its distance from the standard one: lane by lane, (.., 2 k, LANES).

Gradients are 0 in spare lanes. Every factor is finite there, so that a sample's need no test of their own: dy is 0.
"""
import math

import numpy as np
from numba import prange

from ..numpy.scratch import fresh
from .compiled import compiled, inlined
from .host import LANES
from .loss import add_lanes


@inlined
def deviation(s, variance):
    """sigma = exp(s / 2), or sqrt(s), 0 where s is not above 0"""
    return math.sqrt(max(s, type(s)(0))) if variance else math.exp(s / type(s)(2))


@compiled
def sample(x, noise, variance, drawn, out):
    k = out.shape[1]
    for pixel in prange(len(out)):
        for c in range(k):
            for lane in range(LANES):
                z = x[pixel, c, lane]
                if drawn:
                    z += deviation(x[pixel, k + c, lane], variance) * noise[pixel, c, lane]
                out[pixel, c, lane] = z


@compiled
def sample_grad(dy, x, noise, variance, drawn, out):
    k = dy.shape[1]
    half = x.dtype.type(0.5)
    for pixel in prange(len(out)):
        for c in range(k):
            for lane in range(LANES):
                dz, slope = dy[pixel, c, lane], x.dtype.type(0)
                if drawn:
                    sigma = deviation(x[pixel, k + c, lane], variance)
                    if not variance:
                        slope = half * sigma
                    elif sigma > 0:
                        slope = half / sigma
                    slope *= noise[pixel, c, lane]
                out[pixel, c, lane] = dz
                out[pixel, k + c, lane] = dz * slope


@compiled
def divergence(x, n, scale, variance, partial, value):
    k = x.shape[2] // 2
    one = x.dtype.type(1)
    for block in prange(len(x)):
        for lane in range(LANES):
            partial[block, lane] = 0
        for pixel in range(x.shape[1]):
            for c in range(k):
                for lane in range(LANES):
                    mu, s = x[block, pixel, c, lane], x[block, pixel, k + c, lane]
                    if not variance:
                        spread = math.exp(s) - s
                    elif s > 0:
                        spread = s - math.log(s)
                    else:
                        spread = one * np.inf
                    partial[block, lane] += mu * mu + spread - one
    add_lanes(partial, n, scale, value)


@compiled
def divergence_grad(dy, x, n, scale, variance, out):
    k = x.shape[2] // 2
    zero, one = x.dtype.type(0), x.dtype.type(1)
    half_scale = scale / x.dtype.type(2)
    for block in prange(len(x)):
        valid = min(LANES, n - block * LANES)
        for pixel in range(x.shape[1]):
            for c in range(k):
                for lane in range(LANES):
                    mu, s = x[block, pixel, c, lane], x[block, pixel, k + c, lane]
                    slope = zero
                    if not variance:
                        slope = math.exp(s) - one
                    elif s > 0:
                        slope = one - one / s
                    dmu, ds = dy[block, pixel, c, lane] + scale * mu, dy[block, pixel, k + c, lane] + half_scale * slope
                    out[block, pixel, c, lane] = dmu if lane < valid else zero
                    out[block, pixel, k + c, lane] = ds if lane < valid else zero


def flat(a):
    """(blocks * pixels, c, LANES)"""
    return a.reshape(-1, a.shape[3], LANES)


def by_block(a):
    """(blocks, pixels, c, LANES)"""
    return a.reshape(len(a), -1, a.shape[3], LANES)


def sampling_forward(x, noise, variance, drawn, out):
    sample(flat(x), flat(noise), variance, drawn, flat(out))


def sampling_input_grad(dy, x, noise, variance, drawn, out, ws=fresh):
    sample_grad(flat(dy), flat(x), flat(noise), variance, drawn, flat(out))


def kl_penalty(x, n, scale, variance, value, ws=fresh):
    divergence(by_block(x), n, scale / 2, variance, ws((len(x), LANES), np.float64), value.reshape(1))


def kl_penalty_input_grad(dy, x, n, scale, variance, out, ws=fresh):
    divergence_grad(by_block(dy), by_block(x), n, x.dtype.type(scale), variance, by_block(out))
