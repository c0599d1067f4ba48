"""Penalties on weights: each prox is what the definition says, by Moreau's identity and by optimality."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoae.prox import L1, Box, ElasticNet, NonNegative, SquaredL2, soft_threshold

PENALTIES = {"l1": L1(0.7), "l2": SquaredL2(0.7), "elastic net": ElasticNet(0.4, 0.9), "box": Box(-0.5, 0.25),
             "not negative": NonNegative()}
every = pytest.mark.parametrize("penalty", PENALTIES.values(), ids=list(PENALTIES))


def conjugate_prox(penalty, v, step):
    """prox of step g* at v, from g*'s own formula."""
    if isinstance(penalty, L1):    # g* is 0 for |u| <= weight
        return np.clip(v, -penalty.weight, penalty.weight)
    if isinstance(penalty, SquaredL2):    # |u|^2 / (2 weight)
        return v / (1 + step / penalty.weight)
    if isinstance(penalty, ElasticNet):    # max(|u| - l1, 0)^2 / (2 l2)
        over = soft_threshold(v, penalty.l1)
        return v - over + over / (1 + step / penalty.l2)
    high, low = step * penalty.high, step * penalty.low    # sup of u z over the box: high u or low u
    return np.where(v > high, v - high, np.where(v < low, v - low, 0))


@every
@given(seed=st.integers(0, 2 ** 32 - 1), step=st.floats(0.01, 10))
def test_moreau_s_identity(penalty, seed, step):
    """v = prox_{step g}(v) + step prox_{g* / step}(v / step)"""
    v = 3 * np.random.default_rng(seed).standard_normal(20)
    both = penalty.prox(v, step) + step * conjugate_prox(penalty, v / step, 1 / step)
    assert np.max(np.abs(both - v)) < 1e-12 * (1 + np.max(np.abs(v)))


@every
@given(seed=st.integers(0, 2 ** 32 - 1), step=st.floats(0.01, 10))
def test_no_point_nearby_is_better(penalty, seed, step):
    rng = np.random.default_rng(seed)
    v = 3 * rng.standard_normal(6)
    z = penalty.prox(v, step)

    def objective(z):
        return step * penalty.value(z) + np.sum((z - v) ** 2) / 2

    assert objective(z) < np.inf
    for size in (1, 1e-2, 1e-5):
        for _ in range(20):
            assert objective(z + size * rng.standard_normal(6)) >= objective(z) - 1e-12


@every
def test_out_may_be_the_input(penalty):
    v = np.linspace(-2, 2, 9)
    expected = penalty.prox(v, 0.5)
    assert penalty.prox(v, 0.5, out=v) is v
    assert np.array_equal(v, expected)


def test_the_planted_mistake_of_a_forgotten_step_breaks_the_identity():
    class Forgets(L1):
        def prox(self, v, step, out=None):
            return soft_threshold(v, self.weight, out)

    v, wrong = np.linspace(-3, 3, 13), Forgets(0.7)
    gap = wrong.prox(v, 0.1) + 0.1 * conjugate_prox(wrong, v / 0.1, 10) - v
    assert np.max(np.abs(gap)) > 0.1


@pytest.mark.parametrize(("make", "message"), [
    (lambda: L1(-1), "weight is a weight, finite and at least 0; got -1"), (lambda: SquaredL2(float("nan")), "finite"),
    (lambda: ElasticNet(1, -2), "l2 is a weight"), (lambda: Box(1, 0), "runs from low to high"),
])
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
