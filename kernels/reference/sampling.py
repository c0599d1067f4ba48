"""Sampling from a normal distribution, and its distance from the standard one. x holds k means, then k spreads.

A spread s is the logarithm of a variance, or (variance=True) the variance itself, which has no density where it is not
above 0: there the penalty is infinite, its gradient 0, and a sample is the mean.
"""
from math import exp, inf, log, sqrt

import numpy as np


def deviation(s, variance):
    """sigma = exp(s / 2), or sqrt(s)"""
    if variance:
        return sqrt(s) if s > 0 else 0
    return exp(s / 2)


def halves(x):
    """Of every number of the mean: (its place in z, its place in x, its spread's place in x)."""
    k = x.shape[1] // 2
    for n, c, *pixel in np.ndindex(len(x), k, *x.shape[2:]):
        yield (n, c, *pixel), (n, c, *pixel), (n, k + c, *pixel)


def sampling_forward(x, noise, variance, drawn, out):
    """z = mu + sigma noise; the mean alone where no noise was drawn"""
    for z, mu, s in halves(x):
        out[z] = x[mu] + (deviation(x[s], variance) * noise[z] if drawn else 0)


def sampling_input_grad(dy, x, noise, variance, drawn, out, ws=None):
    """dmu = dz, ds = dz noise sigma / 2 of a logarithm, dz noise / (2 sigma) of a variance"""
    for z, mu, s in halves(x):
        sigma = deviation(x[s], variance)
        slope = (1 / (2 * sigma) if sigma > 0 else 0) if variance else sigma / 2
        out[mu] = dy[z]
        out[s] = dy[z] * noise[z] * slope if drawn else 0


def kl_penalty(x, n, scale, variance, value, ws=None):
    """value = scale * sum of (mu^2 + sigma^2 - 1 - log sigma^2) / 2"""
    value[...] = 0
    for _, mu, s in halves(x):
        if variance:
            term = x[mu] ** 2 + x[s] - 1 - log(x[s]) if x[s] > 0 else inf
        else:
            term = x[mu] ** 2 + exp(x[s]) - 1 - x[s]
        value += scale * term / 2


def kl_penalty_input_grad(dy, x, n, scale, variance, out, ws=None):
    """dx = dy + scale times mu, and (sigma^2 - 1) / 2 of a logarithm or (1 - 1 / sigma^2) / 2 of a variance"""
    for _, mu, s in halves(x):
        slope = (1 - 1 / x[s] if x[s] > 0 else 0) if variance else exp(x[s]) - 1
        out[mu] = dy[mu] + scale * x[mu]
        out[s] = dy[s] + scale * slope / 2
