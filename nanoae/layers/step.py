"""Steps from 0 to 1, for codes of bits.

    Step          y = 1 where x > 0, else 0             dx = dy slope s (1 - s), s = sigmoid(slope x): a surrogate
    SmoothStep    y = 3 u^2 - 2 u^3                     dx = dy 6 u (1 - u) / eps,  u = x / eps held in [0, 1]

A step's own derivative is 0 wherever there is one, and nothing below it would learn. `Step` goes back as if it had been
the sigmoid that it is the limit of: a biased estimate whose sign is right and which does not vanish near 0 (Bengio,
Leonard and Courville 2013, section 4). The smooth step is paper 3's, 1 above eps and 0 below 0, and its gradient true.
"""
from typing import Any

from .arguments import number
from .layer import Layer


class Step(Layer, kernels_only=True):
    """Hard bits; slope: of the sigmoid whose derivative stands in for the step's."""

    def __init__(self, slope=1.0):
        self.slope = number("slope", slope, above=True)

    def compute(self, c):
        self.kernels.step_forward(c.x, out=c.y, ws=c.ws())    # y = 1 where x > 0

    def input_grad(self, c):
        self.kernels.step_input_grad(c.dy, c.x, self.slope, out=c.dx, ws=c.ws())    # dx = dy slope s (1 - s)


class SmoothStep(Layer, kernels_only=True):
    """eps: the width of the rise. It stands beside theta as the statistic `eps`, an array (1,), so that it can be
    changed in training (`layer.eps[...] = 0.25`) and is saved with the network."""

    statistics = {"eps": (1,)}
    eps: Any

    def __init__(self, eps=1.0):
        self.first_eps = number("eps", eps, above=True)

    def initialise(self, rng):
        self.eps[...] = self.first_eps

    def compute(self, c):
        self.kernels.smooth_step_forward(c.x, self.eps, out=c.y, ws=c.ws())    # y = 3 u^2 - 2 u^3

    def input_grad(self, c):
        self.kernels.smooth_step_input_grad(c.dy, c.x, self.eps, out=c.dx, ws=c.ws())    # dx = dy 6 u (1 - u) / eps
