"""The hard step itself, on every rung: 0 and 1, nan kept; and SmoothStep's ends."""
import numpy as np
import pytest

from nanoae.layers import SmoothStep, Step


@pytest.mark.parametrize("backend", ["numpy", "numba", "reference"])
def test_the_step_is_hard_and_keeps_what_is_no_number(backend):
    layer = Step().build((4,), "float64", backend, np.random.default_rng(0))
    x = np.array([[-1.0, 0.0, 1e-300, 2.0], [-np.inf, np.inf, np.nan, -0.0]])
    y, _ = layer.forward(x)
    assert np.array_equal(y, [[0, 0, 1, 1], [0, 1, np.nan, 0]], equal_nan=True)


@pytest.mark.parametrize("backend", ["numpy", "numba", "reference"])
def test_the_smooth_step_rises_from_0_to_eps_and_follows_a_new_width(backend):
    layer = SmoothStep(2.0).build((5,), "float64", backend, np.random.default_rng(0))
    x = np.array([[-1.0, 0.0, 1.0, 2.0, 3.0]])
    cache = layer.make_cache(1)
    assert layer.forward(x, cache)[0].tolist() == [[0, 0, 0.5, 1, 1]]
    layer.eps[...] = 0.5
    assert layer.forward(x, cache)[0].tolist() == [[0, 0, 1, 1, 1]]


def test_a_width_of_zero_is_refused():
    with pytest.raises(ValueError, match="eps is a number above 0"):
        SmoothStep(0)
    with pytest.raises(ValueError, match="slope is a number above 0"):
        Step(-1)
