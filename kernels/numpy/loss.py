"""Losses as whole-array expressions; sums are taken in float64."""
import numpy as np

from ..reference.loss import LEAST, LEAST_SLOPE
from .activation import finish, sigmoid_forward, softmax_forward
from .scratch import fresh


def total(terms, scale, value):
    """value = scale * sum of the terms"""
    np.sum(terms, dtype=np.float64, out=value)
    value *= scale


def mse(y, target, n, scale, out, value, ws=fresh, store=None):
    np.subtract(y, target, out=out)
    total(np.square(out, out=ws(y.shape, y.dtype)), scale, value)
    out *= 2 * scale
    finish(out, store, ws)


def l1(y, target, n, scale, out, value, ws=fresh, store=None):
    np.subtract(y, target, out=out)
    total(np.abs(out, out=ws(y.shape, y.dtype)), scale, value)
    np.sign(out, out=out)
    out *= scale
    finish(out, store, ws)


def bce(y, target, n, scale, out, value, ws=fresh, store=None):
    rest, log_y, log_rest = (ws(y.shape, y.dtype) for _ in range(3))
    np.subtract(1, y, out=rest)
    np.log(np.maximum(y, LEAST, out=log_y), out=log_y)
    np.log(np.maximum(rest, LEAST, out=log_rest), out=log_rest)
    rest *= y
    np.maximum(rest, LEAST_SLOPE, out=rest)    # y (1 - y)
    np.subtract(y, target, out=out)
    out /= rest
    out *= scale
    log_y -= log_rest    # the term is -(t (log y - log(1 - y)) + log(1 - y))
    log_y *= target
    log_y += log_rest
    total(log_y, -scale, value)
    finish(out, store, ws)


def bce_with_logits(y, target, n, scale, out, value, ws=fresh, store=None):
    terms, t = ws(y.shape, y.dtype), ws(y.shape, y.dtype)
    np.abs(y, out=terms)
    np.negative(terms, out=terms)
    np.exp(terms, out=terms)
    np.log1p(terms, out=terms)    # log(1 + exp(y)) = max(y, 0) + log1p(exp(-|y|))
    terms += np.maximum(y, 0, out=t)
    terms -= np.multiply(y, target, out=t)
    total(terms, scale, value)
    sigmoid_forward(y, out=out)
    out -= target
    out *= scale
    finish(out, store, ws)


def cross_entropy(y, labels, n, scale, out, value, ws=fresh, store=None):
    classes = np.arange(y.shape[1]).reshape(-1, *(1,) * (y.ndim - 2))
    hot = np.equal(labels[:, None], classes, out=ws(y.shape, bool))
    column = (len(y), 1, *y.shape[2:])
    top = np.max(y, axis=1, keepdims=True, out=ws(column, y.dtype))
    t = np.subtract(y, top, out=ws(y.shape, y.dtype))
    # -log softmax(y)[label] = log(sum over k of exp(y[k] - top)) - (y[label] - top)
    terms = np.sum(np.exp(t, out=out), axis=1, keepdims=True, out=ws(column, y.dtype))
    np.log(terms, out=terms)
    t *= hot
    terms -= np.sum(t, axis=1, keepdims=True, out=top)
    total(terms, scale, value)
    softmax_forward(y, out=out, ws=ws)
    out -= hot
    out *= scale
    finish(out, store, ws)
