"""FISTA on convex problems whose truth is known: scikit-learn's lasso, the bounds of Beck and Teboulle's theorems."""
import numpy as np
import pytest
from sklearn.linear_model import Lasso

from nanoae import Vector
from nanoae.optim import FISTA, ISTA
from nanoae.optim.fista import s
from nanoae.prox import L1, Box

M, SIZE, ALPHA = 60, 20, 0.05


def lasso(seed=0):
    """f = |A x - b|^2 / (2 M) with A badly scaled: (Vector, evaluate, A, b, L)."""
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((M, SIZE)) * np.geomspace(1, 0.1, SIZE)
    truth = np.where(np.arange(SIZE) % 3 == 0, rng.standard_normal(SIZE), 0)
    b = A @ truth + 0.1 * rng.standard_normal(M)
    part = Vector(np.zeros(SIZE), np.zeros(SIZE))
    calls = []

    def evaluate(block=None, grad=True):
        calls.append(grad)
        gap = A @ part.theta - b
        if grad:
            part.grad[...] = A.T @ gap / M
        return gap @ gap / (2 * M)

    evaluate.calls = calls
    return part, evaluate, A, b, np.linalg.norm(A, 2) ** 2 / M


def objective(part, evaluate):
    return evaluate(grad=False) + ALPHA * np.sum(np.abs(part.theta))


def best(A, b):
    model = Lasso(ALPHA, fit_intercept=False, tol=1e-14, max_iter=10 ** 6).fit(A, b)
    gap = A @ model.coef_ - b
    return model.coef_, gap @ gap / (2 * M) + ALPHA * np.sum(np.abs(model.coef_))


def test_the_sequence_s():
    assert s(0) == 1
    for j in range(50):
        assert s(j + 1) == pytest.approx((1 + np.sqrt(1 + 4 * s(j) ** 2)) / 2, rel=1e-15)


@pytest.mark.parametrize("settings", [{}, {"backtracking": True}, {"adaptive_restart": True},
                                      {"backtracking": True, "adaptive_restart": True}], ids=str)
def test_lasso_equals_scikit_learn(settings):
    part, evaluate, A, b, L = lasso()
    lr = 8 / L if settings.get("backtracking") else 1 / L
    optimizer = FISTA(part, lr, L1(ALPHA), **settings)
    for _ in range(3000):
        optimizer.step(evaluate)
    coefficients, value = best(A, b)
    assert objective(part, evaluate) == pytest.approx(value, rel=1e-8)
    assert np.max(np.abs(part.theta - coefficients)) < 1e-5
    assert np.array_equal(part.theta == 0, np.abs(coefficients) < 1e-9)


@pytest.mark.parametrize(("method", "bound"), [
    (ISTA, lambda L, d, k: L * d / (2 * k)), (FISTA, lambda L, d, k: 2 * L * d / (k + 1) ** 2)])
def test_the_theorems_bounds_hold_at_every_k(method, bound):
    part, evaluate, A, b, L = lasso(1)
    coefficients, value = best(A, b)
    distance = np.sum(coefficients ** 2)
    optimizer = method(part, 1 / L, L1(ALPHA))
    for k in range(1, 400):
        optimizer.step(evaluate)
        assert objective(part, evaluate) - value <= bound(L, distance, k) + 1e-12


def test_fista_overtakes_ista_and_restarts_overtake_fista():
    gaps = {}
    for name, make in (("ista", lambda p, lr: ISTA(p, lr, L1(ALPHA))), ("fista", lambda p, lr: FISTA(p, lr, L1(ALPHA))),
                       ("restart", lambda p, lr: FISTA(p, lr, L1(ALPHA), adaptive_restart=True))):
        part, evaluate, A, b, L = lasso(2)
        optimizer = make(part, 1 / L)
        for _ in range(150):
            optimizer.step(evaluate)
        gaps[name] = objective(part, evaluate) - best(A, b)[1]
    assert gaps["restart"] < gaps["fista"] < gaps["ista"]


def test_a_wrong_momentum_breaks_the_bound(monkeypatch):
    """The planted mistake: a sequence that shrinks, so that the momentum's factor exceeds 1."""
    monkeypatch.setattr("nanoae.optim.fista.s", lambda j: 10 * 0.9 ** j)
    part, evaluate, A, b, L = lasso(1)
    coefficients, value = best(A, b)
    optimizer = FISTA(part, 1 / L, L1(ALPHA))
    for k in range(1, 400):
        optimizer.step(evaluate)
        broken = objective(part, evaluate) - value > 2 * L * np.sum(coefficients ** 2) / (k + 1) ** 2 + 1e-12
        if broken:
            break
    assert broken


def test_backtracking_finds_a_step_below_one_over_l_and_keeps_it():
    part, evaluate, _, _, L = lasso()
    optimizer = FISTA(part, 100 / L, L1(ALPHA), backtracking=True)
    for _ in range(100):
        optimizer.step(evaluate)
    assert 0.25 / L <= optimizer.step_size <= 2 / L
    assert optimizer.halvings <= 8


def test_a_box_holds_every_iterate():
    part, evaluate, _, _, L = lasso()
    optimizer = FISTA(part, 1 / L, Box(0, 0.3))
    for _ in range(50):
        optimizer.step(evaluate)
        assert part.theta.min() >= 0
        assert part.theta.max() <= 0.3


@pytest.mark.parametrize("settings", [{}, {"backtracking": True, "adaptive_restart": True}, {"momentum": False}],
                         ids=str)
def test_a_state_goes_on_bit_for_bit(settings):
    runs = []
    for split in (False, True):
        part, evaluate, _, _, L = lasso(3)
        optimizer = FISTA(part, 3 / L, L1(ALPHA), **settings)
        for k in range(40):
            if split and k == 17:
                state, theta = optimizer.state(), part.theta.copy()
                part, evaluate, _, _, L = lasso(3)
                optimizer = FISTA(part, 3 / L, L1(ALPHA), **settings)
                optimizer.load_state(state)
                part.theta[...] = theta
            optimizer.step(evaluate)
        runs.append(part.theta.copy())
    assert np.array_equal(*runs)


def test_step_returns_the_loss_before_the_move_and_evaluates_once():
    part, evaluate, _, b, L = lasso()
    optimizer = FISTA(part, 1 / L)
    assert float(optimizer.step(evaluate)) == pytest.approx(b @ b / (2 * M))
    assert evaluate.calls == [True]


@pytest.mark.parametrize(("make", "message"), [
    (lambda p: FISTA(p, -1), "at least 0"), (lambda p: FISTA(p, 0), "positive step"),
    (lambda p: FISTA(p, adaptive_restart="often"), "adaptive_restart is True or False"),
    (lambda p: FISTA(p).update(), r"call step\(evaluate\)")])
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make(lasso()[0])
