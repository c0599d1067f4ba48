"""Scratch memory holds whatever was there before: no kernel may read what it did not write."""
import numpy as np
import pytest

from nanoae.kernels import numpy as plain
from nanoae.kernels import reference


def rubbish(shape, dtype):
    """Scratch that is full of set bits: True, -1 or nan."""
    return np.full(int(np.prod(shape)) * np.dtype(dtype).itemsize, 0xFF, np.uint8).view(dtype).reshape(shape)


@pytest.mark.parametrize("w", [1, 2, 5])
@pytest.mark.parametrize("window", [((2, 2), (2, 1), (0, 1, 0, 1)), ((3, 2), (2, 3), (1, 0, 1, 1))])
def test_max_pooling_on_used_scratch(window, w):
    """The taps of narrow images are written into strided scratch, where some NumPy functions err."""
    rng = np.random.default_rng(0)
    (kh, kw), (stride_h, stride_w), (top, left, bottom, right) = window
    for _ in range(20):
        x = rng.standard_normal((4, 2, 5, w))
        shape = (4, 2, (5 + top + bottom - kh) // stride_h + 1, (w + left + right - kw) // stride_w + 1)
        results = []
        for kernels in (plain, reference):
            y, index = np.empty(shape), np.empty(shape, np.int32)
            kernels.max_pool2d_forward(x, window, out=y, index=index, ws=rubbish)
            results.append((y, index))
        assert np.array_equal(results[0][0], results[1][0])
        assert np.array_equal(results[0][1], results[1][1])


def test_a_step_on_used_scratch():
    x, y = np.array([[1.0, -1.0, np.nan]]), np.empty((1, 3))
    plain.step_forward(x, out=y, ws=rubbish)
    assert np.array_equal(y, [[1, 0, np.nan]], equal_nan=True)
