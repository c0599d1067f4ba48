"""L1Penalty: passes its input on, and adds weight * sum of |x| to the loss.

    y = x,   loss = ... + weight r sum |x|,   dx = dy + weight r sign(x)

r is 1, 1 / numbers or 1 / samples for reduction "sum" (over the mini-batch), "mean", "sample". Shapes: x, y, dx, dy the
same, any. At the end of an encoder it makes codes sparse (paper 3, section 1).
"""
from math import prod

from ..losses import REDUCTIONS
from .arguments import number
from .layer import Layer


class L1Penalty(Layer, kernels_only=True):
    """The sum of |x| over the mini-batch, times weight, as a part of the loss; `penalty(cache)` reads it alone."""

    identity = True
    penalises = True

    def __init__(self, weight, reduction="sum"):
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction is one of {', '.join(REDUCTIONS)}; got {reduction!r}")
        self.weight, self.reduction = number("weight", weight), reduction

    def scale(self, c):
        return self.weight / {"sum": 1, "mean": c.n * prod(self.in_shape), "sample": c.n}[self.reduction]

    def penalise(self, c):
        self.kernels.l1_penalty(c.x, c.n, self.scale(c), value=c.penalty, ws=c.ws())    # weight r sum |x|

    def input_grad(self, c):
        self.kernels.l1_penalty_input_grad(c.dy, c.x, c.n, self.scale(c), out=c.dx, ws=c.ws())    # dx = dy + r sign(x)
