"""Arrays of another library: the user's functions get them as they were handed in, and never meet a NumPy array."""
import operator
import sys
import types

import numpy as np
import pytest

from nanoae.gradcheck import check

RNG = np.random.default_rng(5)


class Elsewhere:
    """An array as strict as CuPy's: no NumPy operand, no conversion but by get()."""

    device = "a card"
    __array_ufunc__ = None

    def __init__(self, values):
        self.held = np.array(values.held if isinstance(values, Elsewhere) else values)
        self.shape, self.ndim, self.dtype, self.size = self.held.shape, self.held.ndim, self.held.dtype, self.held.size

    def get(self):
        return self.held.copy()

    def __array__(self, *args, **kwargs):
        raise TypeError("implicit conversion to a NumPy array is not allowed")

    def __deepcopy__(self, memo):
        return Elsewhere(self.held)

    def __len__(self):
        return len(self.held)

    @property
    def T(self):
        return Elsewhere(self.held.T)

    def sum(self, axis=None):
        return Elsewhere(self.held.sum(axis))


def operand(name):
    def apply(self, other):
        if isinstance(other, np.ndarray):
            raise TypeError(f"unsupported type {type(other)}")
        return Elsewhere(getattr(operator, name)(self.held, getattr(other, "held", other)))

    return apply


for name in ("add", "sub", "mul", "matmul", "truediv"):
    setattr(Elsewhere, f"__{name}__", operand(name))


@pytest.fixture
def library(monkeypatch):
    module = types.ModuleType("cupy")
    module.array = Elsewhere
    monkeypatch.setitem(sys.modules, "cupy", module)
    return Elsewhere


def forward(x, W, b):
    return x @ W + b


def backward(dy, x, W, b):
    return dy @ W.T, x.T @ dy, dy.sum(0)


INPUTS = [RNG.standard_normal(shape) for shape in ((5, 4), (4, 3), (3,))]


def test_a_right_gradient_passes(library):
    report = check(forward, backward, *map(library, INPUTS))
    assert [entry.name for entry in report.entries] == ["x", "W", "b"]


@pytest.mark.parametrize(("wrong", "finding"), [
    (lambda dy, x, W, b: (dy @ W.T, x.T @ dy / len(x), dy.sum(0)), ("W", "factor 1/N")),
    (lambda dy, x, W, b: (dy @ W.T, x.T @ dy, dy), ("b", "not summed")),
])
def test_a_mistake_is_named(library, wrong, finding):
    (found,) = check(forward, wrong, *map(library, INPUTS), raise_error=False).findings
    assert found[:2] == finding
