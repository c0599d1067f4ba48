"""Losses: value = scale * sum of a term per entry, and dy = scale * its derivative, together.

Shapes: y, target, out (n, ...); labels (n,) or (n, h, w) integers; value a 0-d array. n = number of true samples.
"""
import numpy as np

from .activation import finish

LEAST = 3.72e-44    # exp(-100): the least probability that enters a logarithm
LEAST_SLOPE = 1e-12    # the least y (1 - y) that divides a gradient


def mse(y, target, n, scale, out, value, ws=None, store=None):
    """term = (y - t)^2; dy = 2 (y - t)"""
    value[...] = 0
    for i in np.ndindex(y.shape):
        value += scale * (y[i] - target[i]) ** 2
        out[i] = scale * 2 * (y[i] - target[i])
    finish(out, store)


def l1(y, target, n, scale, out, value, ws=None, store=None):
    """term = |y - t|; dy = sign(y - t)"""
    value[...] = 0
    for i in np.ndindex(y.shape):
        value += scale * abs(y[i] - target[i])
        out[i] = scale * np.sign(y[i] - target[i])
    finish(out, store)


def bce(y, target, n, scale, out, value, ws=None, store=None):
    """term = -t log y - (1 - t) log(1 - y); dy = (y - t) / (y (1 - y))"""
    value[...] = 0
    for i in np.ndindex(y.shape):
        t = target[i]
        value -= scale * (t * np.log(max(y[i], LEAST)) + (1 - t) * np.log(max(1 - y[i], LEAST)))
        out[i] = scale * (y[i] - t) / max(y[i] * (1 - y[i]), LEAST_SLOPE)
    finish(out, store)


def bce_with_logits(y, target, n, scale, out, value, ws=None, store=None):
    """term = log(1 + exp(y)) - t y; dy = sigmoid(y) - t"""
    value[...] = 0
    for i in np.ndindex(y.shape):
        e = np.exp(-abs(y[i]))
        value += scale * (max(y[i], 0) - target[i] * y[i] + np.log1p(e))
        out[i] = scale * ((1 / (1 + e) if y[i] > 0 else e / (1 + e)) - target[i])
    finish(out, store)


def cross_entropy(y, labels, n, scale, out, value, ws=None, store=None):
    """term = log(sum over k of exp(y[n, k])) - y[n, label]; dy = softmax(y) - one_hot(label); for each pixel alike"""
    value[...] = 0
    for n, *pixel in np.ndindex(labels.shape):
        row, label = y[n, :, *pixel], labels[n, *pixel]
        top = max(row)
        total = sum(np.exp(value - top) for value in row)
        value += scale * (np.log(total) + (top - row[label]))
        for k in range(len(row)):
            out[n, k, *pixel] = scale * (np.exp(row[k] - top) / total - (k == label))
    finish(out, store)
