"""Proximal gradient: ISTA, accelerated gradient and FISTA (Beck and Teboulle 2009), for f smooth plus a penalty g.

    y     = x_k + (s_{k-1} - 1) / s_k (x_k - x_{k-1})          with s_0 = 1, s_{j+1} = (1 + sqrt(1 + 4 s_j^2)) / 2
    x_k+1 = prox_{lr g}(y - lr grad f(y))

ISTA is the same with y = x_k. Without a penalty it is gradient descent and Nesterov's accelerated gradient.
For convex f with an L-Lipschitz gradient and lr = 1 / L, with F = f + g:

    ISTA     F(x_k) - F* <= L |x_0 - x*|^2 / (2 k)             (theorem 3.1)
    FISTA    F(x_k) - F* <= 2 L |x_0 - x*|^2 / (k + 1)^2       (theorem 4.4)
"""
from math import sqrt
from typing import Any

import numpy as np

from ..bounds import flag
from ..parameters import moved
from ..prox import Nothing
from .curvature import curvature
from .optimizer import Optimizer, batch_of
from .product import dot

HALVINGS = 40    # of a step, at most, over all of a run


SEQUENCE = [1.0]    # s_0, s_1, ... as far as anyone asked


def s(j):
    """The momentum sequence: s_0 = 1, s_{j+1} = (1 + sqrt(1 + 4 s_j^2)) / 2."""
    while len(SEQUENCE) <= j:
        SEQUENCE.append((1 + sqrt(1 + 4 * SEQUENCE[-1] * SEQUENCE[-1])) / 2)
    return SEQUENCE[j]


class FISTA(Optimizer):
    """FISTA on a part. lr: the step, at most 1 / L where L is known; penalty: value and prox, as in `nanoae.prox`.

    momentum=False is ISTA. backtracking=True halves lr, for good, until the quadratic model at y is above f
    (Beck and Teboulle's condition, with a tolerance of rounding), and evaluates once more a trial.
    adaptive_restart=True begins the sequence s anew where the momentum points uphill (O'Donoghue and Candes 2015,
    section 3.2). power: iterations of a power method that estimates the curvature L of the block wherever the sequence
    begins, at one evaluation each and one more; the step is 1 / L, at most lr.
    """

    vectors = ("previous",)
    scratch = ("y",)
    counters = ("j", "halvings", "gradients")    # gradients: of the penalty, that its prox took in all
    measures = ("curvature", "worst")    # found by power iteration, 0 before; the largest residual that a prox left
    previous: Any
    j: int
    halvings: int
    gradients: int
    curvature: float
    worst: float

    def __init__(self, part, lr=1e-2, penalty=None, momentum=True, backtracking=False, adaptive_restart=False,
                 power=0):
        super().__init__(part, lr)
        if power < 0 or int(power) != power:
            raise ValueError(f"power is a number of iterations, at least 0; got {power!r}")
        if lr == 0:
            raise ValueError("lr is a positive step; got 0")
        self.penalty, self.momentum = penalty or Nothing(), momentum
        self.backtracking, self.power = flag("backtracking", backtracking), power
        self.adaptive_restart = flag("adaptive_restart", adaptive_restart)
        self.y = self.xp.empty_like(self.theta)

    @property
    def step_size(self):
        """The present step: lr, or one over the curvature where that is less, halved as often as backtracking did."""
        return min(self.lr, 1 / self.curvature if self.curvature else self.lr) * 0.5 ** self.halvings

    def restart(self):
        """Begins the momentum sequence anew: the next step has none."""
        self.j = 0

    def step(self, evaluate):
        if hasattr(self.penalty, "see"):
            self.penalty.see(batch_of(evaluate))    # a penalty on activations needs the mini-batch
        if self.power and self.j == 0:
            self.curvature = curvature(self.part, evaluate, self.power)
        x, y = self.theta, self.y
        y[...] = x
        if self.momentum and self.j > 0:
            y += (s(self.j - 1) - 1) / s(self.j) * (x - self.previous)
        self.previous[...] = x
        x[...] = y
        loss = evaluate(block=self.part)    # f and its gradient at y
        self.descend(evaluate, loss)
        moved(self.part)
        self.j += 1
        if self.adaptive_restart and self.leads_uphill():
            self.restart()
        return loss

    def descend(self, evaluate, loss):
        """x = prox(y - step_size grad f(y)), the step halved until the model at y bounds f there."""
        x, y, grad = self.theta, self.y, self.grad.copy() if self.backtracking else self.grad
        while True:
            np.multiply(grad, -self.step_size, out=self.a)
            self.a += y
            before = getattr(self.penalty, "gradients", 0)
            self.penalty.prox(self.a, self.step_size, out=x)
            self.gradients += getattr(self.penalty, "gradients", 0) - before
            self.worst = max(self.worst, getattr(self.penalty, "residual", None) or 0.0)
            if not self.backtracking or self.halvings >= HALVINGS:
                return
            move = np.subtract(x, y, out=self.a)
            model = float(loss) + dot(self, grad, move) + dot(self, move, move) / (2 * self.step_size)
            value = float(evaluate(block=self.part, grad=False))
            if value <= model + 10 * np.finfo(x.dtype).eps * abs(model):
                return
            self.halvings += 1
            x[...] = y    # where a penalty on activations looks

    def leads_uphill(self):
        """Does the momentum point against the generalised gradient, (y - x) / step_size?"""
        move = np.subtract(self.theta, self.previous, out=self.a)
        return dot(self, np.subtract(self.y, self.theta, out=self.b), move) > 0

    def certificate(self):
        """{'prox_residual': the largest that a prox left}, of a penalty whose prox is solved by iteration."""
        return {} if getattr(self.penalty, "residual", None) is None and not self.worst else {
            "prox_residual": self.worst}

    def update(self):
        raise ValueError("FISTA evaluates the gradient at a point of its own: call step(evaluate)")


def ISTA(part, lr=1e-2, penalty=None, backtracking=False):
    """Proximal gradient without momentum."""
    return FISTA(part, lr, penalty, momentum=False, backtracking=backtracking)
