"""Stochastic gradient descent, with momentum (Polyak 1964) and Nesterov's form (Sutskever et al. 2013).

    v     <- momentum v + (1 - dampening) g          v = g at the first step
    theta <- theta - lr v                            Nesterov: theta - lr (g + momentum v)
"""
from typing import Any

from ..bounds import flag, number
from .optimizer import Optimizer


class SGD(Optimizer):
    """torch.optim.SGD's names and defaults; weight_decay is L2, added to the gradient."""

    vectors = ("v",)
    counters = ("t",)
    v: Any
    t: int

    def __init__(self, part, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
        super().__init__(part, lr)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("nesterov=True needs a momentum above 0 and no dampening")
        self.momentum, self.dampening = number("momentum", momentum), number("dampening", dampening, most=1)
        self.weight_decay, self.nesterov = number("weight_decay", weight_decay), flag("nesterov", nesterov)

    def update(self):
        xp, g, v, move = self.xp, self.decayed_grad(self.weight_decay), self.v, self.b
        self.t += 1
        if self.momentum == 0:
            xp.multiply(g, self.lr, out=move)    # lr g
        else:
            xp.multiply(g, 1 if self.t == 1 else 1 - self.dampening, out=move)
            v *= self.momentum
            v += move    # v = momentum v + (1 - dampening) g
            xp.multiply(v, self.momentum if self.nesterov else 1, out=move)
            if self.nesterov:
                move += g    # g + momentum v
            move *= self.lr
        self.theta -= move
