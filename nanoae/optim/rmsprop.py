"""RMSProp (Tieleman and Hinton 2012): each coordinate's step is divided by the root of its mean squared gradient.

    v     <- alpha v + (1 - alpha) g^2
    m     <- alpha m + (1 - alpha) g                 with centered=True; then v - m^2 stands for v below
    u     <- momentum u + g / (sqrt(v) + eps)
    theta <- theta - lr u
"""
from typing import Any

from ..bounds import number
from .optimizer import Optimizer


class RMSprop(Optimizer):
    """torch.optim.RMSprop's names and defaults."""

    vectors = ("v", "m", "u")
    v: Any
    m: Any
    u: Any

    def __init__(self, part, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False):
        super().__init__(part, lr)
        self.alpha, self.eps = number("alpha", alpha, most=1), number("eps", eps)
        self.weight_decay, self.momentum = number("weight_decay", weight_decay), number("momentum", momentum)
        self.centered = centered

    def update(self):
        xp, g, v, m, root = self.xp, self.decayed_grad(self.weight_decay), self.v, self.m, self.b
        xp.square(g, out=root)
        root *= 1 - self.alpha
        v *= self.alpha
        v += root    # v = alpha v + (1 - alpha) g^2
        if self.centered:
            xp.multiply(g, 1 - self.alpha, out=root)
            m *= self.alpha
            m += root    # m = alpha m + (1 - alpha) g
            xp.square(m, out=root)
            xp.subtract(v, root, out=root)    # v - m^2
            xp.sqrt(root, out=root)
        else:
            xp.sqrt(v, out=root)
        root += self.eps
        xp.divide(g, root, out=root)    # g / (sqrt(v) + eps)
        self.u *= self.momentum
        self.u += root    # u = momentum u + ...
        xp.multiply(self.u, self.lr, out=root)
        self.theta -= root
