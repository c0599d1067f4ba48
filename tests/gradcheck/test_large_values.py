"""A small derivative beside a large value: judged as exactly as rounding lets it, and the report says how exactly."""
import numpy as np
import pytest

from nanoae.gradcheck import check

X = np.random.default_rng(0).standard_normal((4, 3))
SMALL = 1e-3


def analytic(offset):
    return lambda x: offset + SMALL * np.sin(x)


def bent(offset):
    """The same size, but no complex numbers pass through it."""
    return lambda x: offset + SMALL * np.abs(np.sin(x))


def times(factor, make):
    if make is analytic:
        return lambda dy, x: factor * SMALL * dy * np.cos(x)
    return lambda dy, x: factor * SMALL * dy * np.cos(x) * np.sign(np.sin(x))


@pytest.mark.parametrize("offset", [1e2, 1e4, 1e6, 1e8])
@pytest.mark.parametrize("make", [analytic, bent])
def test_right_is_right_and_twice_is_wrong(make, offset):
    assert check(make(offset), times(1, make), X)
    assert check(make(offset), times(2, make), X, raise_error=False).verdict == "wrong"
    assert check(make(offset), times(0, make), X, raise_error=False).verdict == "wrong"


@pytest.mark.parametrize("offset", [1e2, 1e4, 1e6, 1e8])
def test_a_thousandth_is_seen_by_the_complex_step(offset):
    report = check(analytic(offset), times(1.001, analytic), X, raise_error=False)
    assert report.verdict == "wrong"
    assert ("by a complex step" in str(report)) == (offset > 1e4)    # before, quotients see it


def test_what_cannot_be_seen_is_told():
    report = check(bent(1e10), times(2, bent), X)
    assert "12 below forward's rounding" in str(report)
    assert "12 of them are judged to" in str(check(bent(1e8), times(1, bent), X))


def test_a_gradient_of_zero_beside_large_values_passes():
    assert check(lambda x: 1e6 + 0 * x, lambda dy, x: 0 * dy, X)
    assert check(lambda x: 1e3 * (x + 7 - x), lambda dy, x: 0 * dy, X)


def test_a_linear_input_is_told_with_its_dot_test():
    x, W = X, np.random.default_rng(1).standard_normal((3, 2))
    report = check(lambda x, W: np.tanh(x) @ W, lambda dy, x, W: (dy @ W.T * (1 - np.tanh(x) ** 2), np.tanh(x).T @ dy),
                   x, W)
    of_x, of_W = report.entries
    assert "linear" not in of_x.note
    assert float(of_W.note.removeprefix("linear: dot test ")) < 1e-13
    biased = check(lambda x: 3 * x + 100, lambda dy, x: 3 * dy, X).entries[0].note
    assert float(biased.removeprefix("linear: dot test ")) < 1e-13
    assert "linear" not in check(lambda x: np.abs(x), lambda dy, x: dy * np.sign(x), X).entries[0].note
    odd = check(lambda x: x + x ** 3, lambda dy, x: dy * (1 + 3 * x ** 2), np.zeros((4, 3))).entries[0].note
    assert "linear" not in odd    # y(u) + y(-u) = 2 y(0) all the same
    domain = check(lambda x: np.where(np.abs(x) < 3, x, np.inf), lambda dy, x: dy, X).entries[0].note
    assert "linear" not in domain    # infinite at a distance
    assert "linear" not in check(lambda x: x ** 3, lambda dy, x: dy * 3 * x ** 2, X).entries[0].note


def test_what_is_coarse_inside_is_not_held_to_the_complex_step():
    """A float64 scalar makes the output float64, though both functions compute in float32."""
    def narrow(x):
        return (np.exp(np.asarray(x, np.complex64 if np.iscomplexobj(x) else np.float32)) + 100) * np.float64(1.0)

    def backward(dy, x):
        return dy.astype(np.float32) * np.exp(x.astype(np.float32))

    report = check(narrow, backward, X)
    assert "complex step" not in str(report)
