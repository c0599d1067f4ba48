"""The curvature of a quadratic is its largest eigenvalue, and FISTA takes one over it as its step."""
import numpy as np
import pytest

from nanoae.optim import FISTA, curvature
from nanoae.parameters import Vector


def quadratic(eigenvalues, seed=0):
    """(Vector, evaluate) of x' A x / 2 with these eigenvalues."""
    rng = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(rng.standard_normal((len(eigenvalues),) * 2))
    A = basis * eigenvalues @ basis.T
    part = Vector(rng.standard_normal(len(eigenvalues)), np.zeros(len(eigenvalues)))
    calls = []

    def evaluate(block=None, grad=True):
        calls.append(grad)
        if grad:
            part.grad[...] = A @ part.theta
        return part.theta @ A @ part.theta / 2

    return part, evaluate, calls


def test_power_iteration_finds_the_largest_eigenvalue():
    part, evaluate, calls = quadratic(np.array([0.1, 1.0, 2.0, 7.0]))
    theta = part.theta.copy()
    found = curvature(part, evaluate, 30)
    assert found == pytest.approx(7, rel=1e-6)
    assert np.array_equal(part.theta, theta)
    left = part.grad.copy()
    evaluate()
    assert np.array_equal(left, part.grad)
    assert len(calls) == 32


def test_it_is_an_estimate_from_below_and_grows():
    part, evaluate, _ = quadratic(np.linspace(0.1, 5, 40))
    estimates = [curvature(part, evaluate, k) for k in (1, 3, 10, 100)]
    assert estimates == sorted(estimates)
    assert estimates[-1] == pytest.approx(5, rel=1e-2)
    assert all(estimate <= 5 * (1 + 1e-6) for estimate in estimates)


def test_a_flat_loss_has_none():
    part, evaluate, _ = quadratic(np.zeros(3))
    assert curvature(part, evaluate) == 0.0


def test_fista_with_power_equals_fista_with_the_true_step():
    eigenvalues = np.array([0.5, 1.0, 4.0])
    given, evaluate_given, _ = quadratic(eigenvalues)
    found, evaluate_found, _ = quadratic(eigenvalues)
    plain, power = FISTA(given, 1 / 4), FISTA(found, 1.0, power=60)
    for _ in range(20):
        plain.step(evaluate_given)
        power.step(evaluate_found)
        assert np.allclose(given.theta, found.theta, rtol=0, atol=1e-6)
    assert power.state()["curvature"] == pytest.approx(4, rel=1e-6)


def test_it_goes_on_with_the_same_bits():
    thetas = []
    for split in (False, True):
        part, evaluate, _ = quadratic(np.array([0.5, 1.0, 4.0]))
        method = FISTA(part, 1.0, power=3)
        for k in range(20):
            if split and k == 7:
                state = method.state()
                method = FISTA(part, 1.0, power=3)
                method.load_state(state)
            method.step(evaluate)
        thetas.append(part.theta.copy())
    assert np.array_equal(*thetas)


def test_the_step_is_at_most_lr():
    part, evaluate, _ = quadratic(np.array([0.01, 0.02]))
    method = FISTA(part, 3.0, power=20)
    method.step(evaluate)
    assert method.step_size == 3.0


def test_a_power_below_zero_is_refused():
    part, _, _ = quadratic(np.ones(2))
    with pytest.raises(ValueError, match="power is a number of iterations"):
        FISTA(part, 1.0, power=-1)
