"""KLPenalty: passes means and spreads on, and adds their Kullback-Leibler divergence from N(0, I) to the loss.

    y = x,   loss = ... + weight r sum of 0.5 [mu'mu + tr S - k - log |S|],   S = diag(sigma^2)      (paper 2, 2.4)

r is 1, 1 / (n k) or 1 / n for reduction "sum" (over the mini-batch), "mean", "sample". Shapes: x, y, dx, dy
(n, 2 k) or (n, 2 k, h, w), the k means before the k spreads, as `Sampling` takes them.
"""
from math import prod

from ..losses import REDUCTIONS
from .arguments import number
from .layer import Layer
from .sampling import checked_spread, halved


class KLPenalty(Layer, kernels_only=True):
    """The divergence of N(mu, sigma^2) from N(0, 1), times weight, as a part of the loss. spread: see Sampling; where
    it is "variance" and one is not above 0, the penalty is infinite."""

    identity = True
    penalises = True

    def __init__(self, spread="logvar", weight=1.0, reduction="sample"):
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction is one of {', '.join(REDUCTIONS)}; got {reduction!r}")
        self.spread, self.weight, self.reduction = checked_spread(spread), number("weight", weight), reduction
        self.variance = spread == "variance"

    def shape(self, shape):
        halved(shape)
        return shape

    def scale(self, c):
        return self.weight / {"sum": 1, "mean": c.n * prod(self.in_shape) / 2, "sample": c.n}[self.reduction]

    def penalise(self, c):    # weight r sum of (mu^2 + sigma^2 - 1 - log sigma^2) / 2
        self.kernels.kl_penalty(c.x, c.n, self.scale(c), self.variance, value=c.penalty, ws=c.ws())

    def input_grad(self, c):    # dx = dy + weight r [mu, (sigma^2 - 1) / 2]
        self.kernels.kl_penalty_input_grad(c.dy, c.x, c.n, self.scale(c), self.variance, out=c.dx, ws=c.ws())
