"""Sampling: a draw from the normal distribution whose mean and spread came in, so that a gradient flows through it.

    z = mu + sigma eps,   eps ~ N(0, 1),   sigma = exp(logvar / 2)        (Kingma and Welling 2014, section 2.4)

Shapes: x (n, 2 k) or (n, 2 k, h, w), the k means before the k spreads; z, eps (n, k) or (n, k, h, w). It draws whenever
a generator is given, and returns the mean where none was.
"""
import numpy as np

from .layer import Layer

SPREADS = ("logvar", "variance")


def halved(shape):
    """The shape of the means of x, or ValueError where it has no two halves."""
    if shape[0] % 2:
        raise ValueError(f"it takes means and as many spreads, an even number of channels or features; {shape[0]} came")
    return (shape[0] // 2, *shape[1:])


def checked_spread(spread):
    """The name, or ValueError."""
    if spread not in SPREADS:
        raise ValueError(f"spread is what the second half of x holds, {' or '.join(SPREADS)}; got {spread!r}")
    return spread


class Sampling(Layer, kernels_only=True):
    """Draws z from N(mu, sigma^2). spread: "logvar", the logarithm of the variance, or "variance" itself, which is then
    taken for 0 below 0. One draw serves a forward and every backward and repeat that follows it."""

    draws = "always"

    def __init__(self, spread="logvar"):
        self.spread = checked_spread(spread)
        self.variance = spread == "variance"

    def shape(self, shape):
        return halved(shape)

    def fill_draw(self, c, rng):
        noise = c.public("noise", self.out_shape, np.float32)
        rng.standard_normal(out=noise, dtype=np.float32)
        self.kernels.enter(noise, out=c.keep("noise", self.out_shape), ws=c.ws())

    def compute(self, c):
        noise = c.keep("noise", self.out_shape)
        self.kernels.sampling_forward(c.x, noise, self.variance, c.drawing, out=c.y)    # z = mu + sigma eps

    def input_grad(self, c):
        noise = c.keep("noise", self.out_shape)    # dmu = dz, dlogvar = dz eps sigma / 2
        self.kernels.sampling_input_grad(c.dy, c.x, noise, self.variance, c.drawing, out=c.dx, ws=c.ws())
