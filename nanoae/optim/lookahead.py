"""Lookahead (Zhang, Lucas, Hinton and Ba 2019, algorithm 1): k steps forward, one step back.

    k times        theta <- inner optimizer's step            the fast weights
    then           phi   <- phi + alpha (theta - phi)         the slow weights
                   theta <- phi
"""
from contextlib import contextmanager
from typing import Any

from ..parameters import moved
from .optimizer import Optimizer


class Lookahead(Optimizer):
    """Wraps any optimizer. Tests and exports want the slow weights: see `evaluation_weights`."""

    vectors = ("phi",)
    counters = ("n",)
    phi: Any
    n: int

    def __init__(self, inner, k=5, alpha=0.5):
        if k < 1 or int(k) != k or not 0 <= alpha <= 1:
            raise ValueError(f"k is a positive int and alpha from 0 to 1; got k={k!r}, alpha={alpha!r}")
        self.inner, self.k, self.alpha = inner, int(k), alpha
        super().__init__(inner.part, inner.lr)
        self.phi[...] = self.theta

    @property
    def lr(self):
        """The inner optimizer's learning rate."""
        return self.inner.lr

    @lr.setter
    def lr(self, value):
        self.inner.lr = value

    def step(self, evaluate):
        loss = self.inner.step(evaluate)
        self.synchronise()
        return loss

    numbers = property(lambda self: self.counters)    # lr is in the inner optimizer's state

    def restart(self):
        self.inner.restart()

    def certificate(self):
        return self.inner.certificate()

    def update(self):
        self.inner.update()
        self.synchronise()

    def synchronise(self):
        """Every k-th step: the slow weights move towards the fast ones, and the fast ones start there."""
        self.n += 1
        if self.n % self.k == 0:
            move = self.xp.subtract(self.theta, self.phi, out=self.a)
            move *= self.alpha
            self.phi += move    # phi = phi + alpha (theta - phi)
            self.theta[...] = self.phi
            moved(self.part)
            self.inner.restart()    # momentum that was gathered on the way belongs to points that were left

    def state(self):
        return super().state() | {f"inner.{name}": value for name, value in self.inner.state().items()}

    def load_state(self, state):
        inner = {name.removeprefix("inner."): value for name, value in state.items() if name.startswith("inner.")}
        before = self.inner.state()
        self.inner.load_state(inner)
        try:
            super().load_state({name: value for name, value in state.items() if not name.startswith("inner.")})
        except ValueError:
            self.inner.load_state(before)
            raise

    @contextmanager
    def evaluation_weights(self):
        """Inside `with`, theta holds the slow weights; afterwards the fast ones are back."""
        fast = self.theta.copy()
        self.theta[...] = self.phi
        try:
            yield
        finally:
            self.theta[...] = fast
