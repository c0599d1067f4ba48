"""Penalties on weights: a value and a prox side by side.

    prox(v, step) = argmin over z of  step g(z) + 1/2 |z - v|^2

is where a proximal method lands from v. It equals the subgradient condition v - z in step dg(z), and with the convex
conjugate g* Moreau's identity v = prox_{step g}(v) + step prox_{g* / step}(v / step). (Parikh and Boyd 2014, 2.5.)

    L1(weight)                 weight |z|_1                        shrinks towards 0 and cuts off there
    SquaredL2(weight)          weight / 2 |z|^2                    scales down
    ElasticNet(l1, l2)         l1 |z|_1 + l2 / 2 |z|^2             both, the cut first
    Box(low, high)             0 inside, infinity outside          moves to the nearest point inside
    NonNegative()              the same with low = 0
"""
from dataclasses import dataclass
from math import inf

import numpy as np


def soft_threshold(v, amount, out=None):
    """v moved towards 0 by `amount`, and 0 where it would pass it: the prox of |z|_1."""
    out = np.empty_like(v) if out is None else out
    near = np.clip(v, -amount, amount)
    return np.subtract(v, near, out=out)


def not_negative(**weights):
    for name, weight in weights.items():
        if not 0 <= weight < inf:
            raise ValueError(f"{name} is a weight, finite and at least 0; got {weight!r}")


@dataclass(frozen=True)
class L1:
    """weight |z|_1. Raises ValueError for a negative weight."""

    weight: float

    def __post_init__(self):
        not_negative(weight=self.weight)

    def value(self, z):
        return self.weight * float(np.sum(np.abs(z), dtype=np.float64))

    def prox(self, v, step, out=None):
        return soft_threshold(v, step * self.weight, out)


@dataclass(frozen=True)
class SquaredL2:
    """weight / 2 |z|^2. Raises ValueError for a negative weight."""

    weight: float

    def __post_init__(self):
        not_negative(weight=self.weight)

    def value(self, z):
        return self.weight / 2 * float(np.sum(np.square(z), dtype=np.float64))

    def prox(self, v, step, out=None):
        return np.divide(v, 1 + step * self.weight, out=out)


@dataclass(frozen=True)
class ElasticNet:
    """l1 |z|_1 + l2 / 2 |z|^2 (Zou and Hastie 2005). Raises ValueError for a negative weight."""

    l1: float
    l2: float

    def __post_init__(self):
        not_negative(l1=self.l1, l2=self.l2)

    def value(self, z):
        return L1(self.l1).value(z) + SquaredL2(self.l2).value(z)

    def prox(self, v, step, out=None):
        out = soft_threshold(v, step * self.l1, out)
        out /= 1 + step * self.l2
        return out


@dataclass(frozen=True)
class Box:
    """0 where low <= z <= high, infinity elsewhere. Raises ValueError where low is above high."""

    low: float = -inf
    high: float = inf

    def __post_init__(self):
        if not self.low <= self.high:
            raise ValueError(f"a Box runs from low to high; got {self.low!r} to {self.high!r}")

    def value(self, z):
        return 0.0 if np.all((z >= self.low) & (z <= self.high)) else inf

    def prox(self, v, step, out=None):
        return np.clip(v, self.low, self.high, out=out)


def NonNegative():    # named like the classes it stands beside
    """The Box from 0 upwards."""
    return Box(0.0, inf)


class Nothing:
    """No penalty: the prox stays where it is."""

    def value(self, z):
        return 0.0

    def prox(self, v, step, out=None):
        if out is None:
            return v
        out[...] = v
        return out
