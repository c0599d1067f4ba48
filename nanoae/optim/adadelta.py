"""Adadelta (Zeiler 2012, algorithm 1): the step's own size is learnt from the steps before.

    v     <- rho v + (1 - rho) g^2
    delta  = sqrt(u + eps) / sqrt(v + eps) g
    u     <- rho u + (1 - rho) delta^2
    theta <- theta - lr delta
"""
from typing import Any

from ..bounds import number
from .optimizer import Optimizer


class Adadelta(Optimizer):
    """torch.optim.Adadelta's names and defaults."""

    vectors = ("v", "u")
    scratch = ("delta",)
    v: Any
    u: Any

    def __init__(self, part, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        super().__init__(part, lr)
        self.rho, self.eps = number("rho", rho, most=1), number("eps", eps)
        self.weight_decay = number("weight_decay", weight_decay)
        self.delta = self.xp.empty_like(self.theta)

    def update(self):
        xp, g, v, u, delta, t = self.xp, self.decayed_grad(self.weight_decay), self.v, self.u, self.delta, self.b
        xp.square(g, out=t)
        t *= 1 - self.rho
        v *= self.rho
        v += t    # v = rho v + (1 - rho) g^2
        xp.add(u, self.eps, out=delta)
        xp.sqrt(delta, out=delta)
        xp.add(v, self.eps, out=t)
        xp.sqrt(t, out=t)
        delta /= t
        delta *= g    # delta = sqrt(u + eps) / sqrt(v + eps) g
        xp.square(delta, out=t)
        t *= 1 - self.rho
        u *= self.rho
        u += t    # u = rho u + (1 - rho) delta^2
        delta *= self.lr
        self.theta -= delta
