"""Sampling from a normal distribution, and its distance from the standard one, as whole-array expressions."""
import numpy as np

from .loss import total
from .scratch import fresh


def halves(x):
    """Views of the means and of the spreads."""
    k = x.shape[1] // 2
    return x[:, :k], x[:, k:]


def deviation(s, variance, out):
    """sigma = exp(s / 2), or sqrt(s), 0 where s is not above 0"""
    if variance:
        return np.sqrt(np.maximum(s, 0, out=out), out=out)
    np.divide(s, 2, out=out)
    return np.exp(out, out=out)


def sampling_forward(x, noise, variance, drawn, out):
    mu, s = halves(x)
    if drawn:
        deviation(s, variance, out)
        out *= noise
        out += mu
    else:
        np.copyto(out, mu)


def sampling_input_grad(dy, x, noise, variance, drawn, out, ws=fresh):
    dmu, ds = halves(out)
    np.copyto(dmu, dy)
    if drawn:
        s = halves(x)[1]
        deviation(s, variance, ds)
        if variance:
            np.divide(1, ds, out=ds, where=np.greater(ds, 0, out=ws(ds.shape, bool)))
        ds *= dy
        ds *= noise
        ds /= 2
    else:
        ds[...] = 0


def kl_penalty(x, n, scale, variance, value, ws=fresh):
    mu, s = halves(x)
    terms, log_s = ws(mu.shape, x.dtype), ws(mu.shape, x.dtype)
    if variance:
        log_s[...] = -np.inf
        np.log(s, out=log_s, where=np.greater(s, 0, out=ws(s.shape, bool)))
        np.subtract(s, log_s, out=terms)
    else:
        np.subtract(np.exp(s, out=terms), s, out=terms)
    terms += np.square(mu, out=log_s)
    terms -= 1
    total(terms, scale / 2, value)


def kl_penalty_input_grad(dy, x, n, scale, variance, out, ws=fresh):
    (mu, s), (dmu, ds) = halves(x), halves(out)
    np.multiply(mu, scale, out=dmu)
    if variance:
        ds[...] = 1
        np.divide(1, s, out=ds, where=np.greater(s, 0, out=ws(s.shape, bool)))
        np.subtract(1, ds, out=ds)
    else:
        np.exp(s, out=ds)
        ds -= 1
    ds *= scale / 2
    out += dy
