"""Adam (Kingma and Ba 2015, algorithm 1), and AdamW (Loshchilov and Hutter 2019) with decoupled=True.

    m     <- beta1 m + (1 - beta1) g
    v     <- beta2 v + (1 - beta2) g^2
    theta <- theta - lr m_hat / (sqrt(v_hat) + eps),   m_hat = m / (1 - beta1^t),  v_hat = v / (1 - beta2^t)

Weight decay is L2, added to g (Adam), or decoupled: theta <- (1 - lr weight_decay) theta beforehand (AdamW). There is
none by default, also with decoupled=True; torch.optim.AdamW's default is weight_decay=0.01.
"""
from typing import Any

import numpy as np

from ..bounds import number
from .optimizer import Optimizer


class Adam(Optimizer):
    """torch.optim.Adam's names and defaults; decoupled=True with a weight_decay is torch.optim.AdamW."""

    vectors = ("m", "v")
    counters = ("t",)
    m: Any
    v: Any
    t: int

    def __init__(self, part, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, *,
                 decoupled=False):
        super().__init__(part, lr)
        if not (np.shape(betas) == (2,) and all(0 <= beta < 1 for beta in betas)):
            raise ValueError(f"betas are two numbers from 0 to below 1; got {betas!r}")
        self.betas, self.eps, self.decoupled = tuple(map(float, betas)), number("eps", eps), decoupled
        self.weight_decay = number("weight_decay", weight_decay)

    def update(self):
        self.t += 1
        self.kernels.adam(self.theta, self.grad, self.m, self.v, self.t, self.lr, *self.betas, self.eps,
                          self.weight_decay, self.decoupled, ws=self.ws)
