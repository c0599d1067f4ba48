"""Adam (Kingma and Ba 2015, algorithm 1), and AdamW (Loshchilov and Hutter 2019) with decoupled=True.

    m     <- beta1 m + (1 - beta1) g
    v     <- beta2 v + (1 - beta2) g^2
    theta <- theta - lr m_hat / (sqrt(v_hat) + eps),   m_hat = m / (1 - beta1^t),  v_hat = v / (1 - beta2^t)

Weight decay is L2, added to g (Adam), or decoupled: theta <- (1 - lr weight_decay) theta beforehand (AdamW).
"""
from typing import Any

from .optimizer import Optimizer


class Adam(Optimizer):
    """torch.optim.Adam's names and defaults; decoupled=True makes it torch.optim.AdamW."""

    vectors = ("m", "v")
    counters = ("t",)
    m: Any
    v: Any
    t: int

    def __init__(self, part, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decoupled=False):
        super().__init__(part, lr)
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas are from 0 to below 1; got {betas!r}")
        self.betas, self.eps, self.weight_decay, self.decoupled = betas, eps, weight_decay, decoupled

    def update(self):
        xp, m, v, t = self.xp, self.m, self.v, self.b
        beta1, beta2 = self.betas
        self.t += 1
        if self.decoupled:
            self.theta *= 1 - self.lr * self.weight_decay
        g = self.decayed_grad(0 if self.decoupled else self.weight_decay)
        xp.multiply(g, 1 - beta1, out=t)
        m *= beta1
        m += t    # m = beta1 m + (1 - beta1) g
        xp.square(g, out=t)
        t *= 1 - beta2
        v *= beta2
        v += t    # v = beta2 v + (1 - beta2) g^2
        xp.divide(v, 1 - beta2 ** self.t, out=t)
        xp.sqrt(t, out=t)
        t += self.eps
        xp.divide(m, t, out=t)
        t *= self.lr / (1 - beta1 ** self.t)    # lr m_hat / (sqrt(v_hat) + eps)
        self.theta -= t
