"""Norms of the pieces of a flat vector: the reference's, on every rung."""
import numpy as np
import pytest

from nanoae.kernels import numba, reference
from nanoae.kernels import numpy as plain


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kernels", [plain, numba], ids=lambda kernels: kernels.__name__)
def test_norms_equal_the_reference(kernels, dtype):
    vector = np.random.default_rng(0).standard_normal(1000).astype(dtype)
    bounds = np.array([0, 1, 1, 64, 191, 448, 1000])    # one number, none, whole vectors, and what is left over
    ours, theirs = np.empty(6), np.empty(6)
    kernels.norms(vector, bounds, out=ours)
    reference.norms(vector, bounds, out=theirs)
    assert np.allclose(ours, theirs, rtol=1e-14, atol=0)
    assert ours[1] == 0


@pytest.mark.parametrize("kernels", [plain, numba], ids=lambda kernels: kernels.__name__)
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("place", [0, 31, 63, 68])
def test_one_number_that_is_not_finite_shows(kernels, wrong, place):
    vector, out = np.full(69, 1e30, np.float32), np.empty(1)    # whose squares are beyond float32
    kernels.norms(vector, np.array([0, 69]), out=out)
    assert np.isfinite(out[0])
    vector[place] = wrong
    kernels.norms(vector, np.array([0, 69]), out=out)
    assert not np.isfinite(out[0])
