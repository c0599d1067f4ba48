"""The checks themselves: they pass what is right, catch what is wrong, and refuse what cannot be judged."""
import subprocess
import sys

import numpy as np
import pytest

from nanoae.gradcheck import GradientError, check, check_direction, complex_step, dot_test

X = np.random.default_rng(0).standard_normal((3, 4))
W = np.random.default_rng(1).standard_normal((2, 4))


def affine(x, w):
    return np.tanh(x @ w.T)


def affine_backward(dy, x, w):
    d = dy * (1 - affine(x, w) ** 2)
    return d @ w, d.T @ x


WRONG = {
    "factor": lambda dy, x, w: tuple(2 * g for g in affine_backward(dy, x, w)),
    "sign": lambda dy, x, w: tuple(-g for g in affine_backward(dy, x, w)),
    "derivative forgotten": lambda dy, x, w: (dy @ w, dy.T @ x),
    "one entry of one input": lambda dy, x, w: (affine_backward(dy, x, w)[0], affine_backward(dy, x, w)[1] + (
        np.arange(8).reshape(2, 4) == 5) * 1e-3),
}
CHECKS = [check, check_direction]


@pytest.mark.parametrize("judge", [*CHECKS, complex_step])
def test_a_right_gradient_passes(judge):
    report = judge(affine, affine_backward, X, W)
    assert report
    assert report.error < 1e-9
    assert "passed" in str(report)


@pytest.mark.parametrize("judge", [*CHECKS, complex_step])
@pytest.mark.parametrize("mistake", list(WRONG))
def test_a_wrong_gradient_is_caught(judge, mistake):
    with pytest.raises(GradientError, match="FAILED"):
        judge(affine, WRONG[mistake], X, W)
    assert not judge(affine, WRONG[mistake], X, W, raise_error=False)


def test_the_message_says_where_and_how_much():
    with pytest.raises(GradientError) as error:
        check(affine, WRONG["one entry of one input"], X, W, names=("x", "weights"))
    text = str(error.value)
    assert "weights: largest relative error" in text
    assert "at (1, 1): backward gives" in text
    assert "x: largest relative error" in text
    assert "step 1.2e-04" in text
    assert error.value.report.entries[1].at == (1, 1)


def test_the_upstream_gradient_is_random():
    """The sum of a softmax is constant: on it a backward of zeros would pass."""
    def softmax(x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    with pytest.raises(GradientError):
        check(softmax, lambda dy, x: 0 * x, X)
    check(softmax, lambda dy, x: softmax(x) * (dy - (dy * softmax(x)).sum(axis=1, keepdims=True)), X)


def relu(x):
    return np.maximum(x, 0)


def relu_backward(dy, x):
    return dy * (x > 0)


@pytest.mark.parametrize("offset", [0.0, 1e-6, -3e-5, 4e-5, 5.5e-5, -9e-5])
def test_an_entry_at_a_kink_is_named_and_one_near_it_is_judged(offset):
    x = X.copy()
    x[1, 2] = offset
    report = check(relu, relu_backward, x)
    assert report.entries[0].kinks == ([] if offset else [(1, 2)])
    with pytest.raises(GradientError):
        check(relu, lambda dy, x: dy * (x < 0), x)


def test_an_input_that_lies_at_kinks_is_moved_off_them():
    report = check(relu, relu_backward, np.zeros((3, 4)))
    assert "moved off its 12 kinks" in str(report)
    with pytest.raises(GradientError):
        check(relu, lambda dy, x: dy * (x >= 0) * 1.01, np.zeros((3, 4)))
    with pytest.raises(GradientError):    # steeper than both sides
        check(relu, lambda dy, x: dy * ((x > 0) + 2.0 * (x == 0)), np.zeros((3, 4)), names=["x"])


def test_a_function_that_bends_everywhere_is_refused():
    steps = 2.0 ** -np.arange(60)

    def everywhere(x):    # a kink at every step on both sides of 0, and at 0
        return np.abs(x).sum() + sum(np.abs(np.abs(x) - s).sum() * s for s in steps)

    report = check(everywhere, lambda dy, x: dy * np.sign(x), np.zeros(3), raise_error=False)
    assert not report.ok
    with pytest.raises(GradientError, match="ten directions in a row met a kink"):
        check_direction(relu, relu_backward, np.zeros((3, 4)))


def test_strong_curvature_is_no_kink():
    for frequency in (10, 60):
        report = check(lambda x, k=frequency: np.sin(k * x), lambda dy, x, k=frequency: dy * k * np.cos(k * x), X)
        assert report.entries[0].kinks == []


def test_a_small_kink_inside_a_large_sum_does_not_fail_a_right_gradient():
    """One unit in 300 switches inside the step: its slope is 4e-3 of the whole."""
    weights = np.full(300, 1.0)
    shifts = np.linspace(-3, 3, 300)
    shifts[70] = 1e-5

    def forward(x):
        return np.sum(weights * relu(x + shifts)) + 100 * np.sum(x)

    def backward(dy, x):
        return np.array([dy * (np.sum(weights * (x + shifts > 0)) + 100)])

    assert check(forward, backward, np.zeros(1)).entries[0].kinks == []
    assert check(forward, backward, np.full(1, 1e-3))    # the same sum, off the kink


def test_a_float32_function_gets_a_step_of_its_own():
    def forward(x):
        return np.tanh(x.astype(np.float32))

    report = check(forward, lambda dy, x: dy * (1 - np.tanh(x) ** 2), X)
    assert report.step == pytest.approx(np.finfo(np.float32).eps ** 0.25)
    with pytest.raises(GradientError):
        check(forward, lambda dy, x: dy * (1 - np.tanh(x)), X)


def test_a_gradient_that_is_zero_to_rounding_passes():
    """A bias in front of a mean subtraction has no effect."""
    def forward(b):
        y = X + b
        return (y - y.mean(axis=0)) * 50

    check(forward, lambda dy, b: 0 * b, np.ones(4))


@pytest.mark.parametrize("judge", CHECKS)
def test_what_is_wrong_before_any_number(judge):
    def changes_input(dy, x):
        x[0] = 0
        return dy

    def changes_upstream(dy, x):
        dy *= 2
        return dy

    with pytest.raises(GradientError, match="changed this input in place"):
        judge(lambda x: x * 1, changes_input, X)
    with pytest.raises(GradientError, match="changed the upstream gradient"):
        judge(lambda x: 2 * x, changes_upstream, X)
    with pytest.raises(GradientError, match=r"gradient has shape \(4, 3\), the input has \(3, 4\)"):
        judge(lambda x: x * 1, lambda dy, x: dy.T, X)
    with pytest.raises(GradientError):
        judge(lambda x: x * 1, lambda dy, x: dy * np.nan, X)
    with pytest.raises(ValueError, match="2 gradients for 1 inputs"):
        judge(lambda x: x * 1, lambda dy, x: (dy, dy), X)
    with pytest.raises(ValueError, match="None for every input"):
        judge(lambda x: x * 1, lambda dy, x: None, X)
    with pytest.raises(ValueError, match="not finite"):
        judge(lambda x: x / 0 if False else x * np.inf, lambda dy, x: dy, X)
    with pytest.raises(TypeError, match="real numbers"):
        judge(lambda x: x, lambda dy, x: dy, np.array(["a"]))


def test_inputs_come_back_untouched_and_none_is_not_checked():
    before = X.copy()
    report = check(lambda x, w: x * w.sum(), lambda dy, x, w: (dy * w.sum(), None), X, W)
    assert np.array_equal(X, before)
    assert len(report.entries) == 1


def test_dot_test():
    A = np.random.default_rng(2).standard_normal((5, 12))
    report = dot_test(lambda u: A @ u.ravel(), lambda v: (A.T @ v).reshape(3, 4), (3, 4), (5,))
    assert report.error < 1e-15
    with pytest.raises(GradientError):
        dot_test(lambda u: A @ u.ravel(), lambda v: (A.T[::-1] @ v).reshape(3, 4), (3, 4), (5,))
    with pytest.raises(GradientError, match="leave the bias out"):
        dot_test(lambda u: A @ u + 1, lambda v: A.T @ v, (12,), (5,))
    with pytest.raises(GradientError, match=r"adjoint gives shape \(12,\), expected \(3, 4\)"):
        dot_test(lambda u: A @ u.ravel(), lambda v: A.T @ v, (3, 4), (5,))
    with pytest.raises(GradientError, match=r"forward gives shape \(5,\)"):
        dot_test(lambda u: A @ u.ravel(), lambda v: A.T @ v, (3, 4), (6,))
    assert dot_test(lambda u: A.astype("f") @ u, lambda v: A.T.astype("f") @ v, (12,), (5,), dtype=np.float32)


def test_complex_step_is_exact_and_refuses_what_is_not_analytic():
    report = complex_step(lambda x: np.exp(np.sin(x)), lambda dy, x: dy * np.exp(np.sin(x)) * np.cos(x), X)
    assert report.error < 1e-14
    with pytest.raises(TypeError, match="imaginary part"):
        complex_step(np.abs, lambda dy, x: dy * np.sign(x), X)


def test_gradcheck_needs_numpy_alone():
    code = ("import sys, nanoae.gradcheck; bad = [m for m in sys.modules if m.split('.')[0] in "
            "('numba', 'scipy', 'sklearn', 'matplotlib', 'hypothesis')]; sys.exit(str(bad) if bad else 0)")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("r", "t"), [(1.0, 0.1), (0.3, 0.03)])
def test_the_directional_check_has_the_power_that_it_states(r, t):
    rng = np.random.default_rng(7)
    A = rng.standard_normal((40, 60))

    def wrong(dy, x):
        right = A.T @ dy
        noise = np.random.default_rng(8).standard_normal(right.shape)
        return right + r * np.linalg.norm(right) / np.linalg.norm(noise) * noise

    report = check_direction(lambda x: A @ x, wrong, rng.standard_normal(60), directions=2500, tolerance=t,
                             raise_error=False)
    missed = np.mean([entry.passed(t) for entry in report.entries])
    assert 0.75 < missed / (0.6 * t / r) < 1.35
