"""The dot test: a linear map A and its transpose A' satisfy <A u, v> = <u, A' v> for every u and v.

No step size, no truncation: a correct pair agrees to rounding in any precision. For a convolution one number is had
three ways: sum(y conv(x, W)) = sum(x input_grad(y, W)) = sum(W weight_grad(x, y)).
"""
import numpy as np

from .entry import Entry
from .full import SEED
from .report import Report


def dot_test(forward, adjoint, x_shape, y_shape, *, draws=3, rng=None, dtype=np.float64, tolerance=None,
             raise_error=True):
    """Draws u (x_shape) and v (y_shape) and compares <forward(u), v> with <u, adjoint(v)>.

    The gap is measured against |A u| |v| + |u| |A' v|, so that it is 0.5 at most. tolerance: 1e3 eps of the dtype.
    A forward with A 0 not 0 (a bias left in) is refused by name. Raises GradientError, or returns the Report with
    raise_error=False.

    >>> A = np.arange(6.0).reshape(2, 3)
    >>> dot_test(lambda u: A @ u, lambda v: A.T @ v, (3,), (2,)).ok
    True
    """
    rng = np.random.default_rng(SEED) if rng is None else rng
    tolerance = tolerance or 1e3 * float(np.finfo(dtype).eps)
    entries = []
    origin = np.array(forward(np.zeros(x_shape, dtype)))
    if origin.shape != tuple(y_shape):
        problem = f"forward gives shape {origin.shape}, expected {tuple(y_shape)}"
    else:
        problem = "the map is not linear, A 0 is not 0: leave the bias out" if np.any(origin != 0) else ""
    for k in range(0 if problem else draws):
        u, v = rng.standard_normal(x_shape).astype(dtype), rng.standard_normal(y_shape).astype(dtype)
        Au, Av = np.array(forward(u.copy()), np.float64), np.array(adjoint(v.copy()), np.float64)
        if Av.shape != tuple(x_shape):
            problem = f"adjoint gives shape {Av.shape}, expected {tuple(x_shape)}"
            break
        left, right = float(np.sum(Au * v)), float(np.sum(u * Av))
        size = np.linalg.norm(Au) * np.linalg.norm(v) + np.linalg.norm(u) * np.linalg.norm(Av)
        gap = float(abs(left - right) / size) if size > 0 else 0.0
        entries.append(Entry(f"draw {k}", gap if np.isfinite(gap) else np.inf, (), right, left))
    entries = [Entry("map", np.inf, problem=problem)] if problem else entries
    return Report("dot test", tolerance, entries).settle(raise_error)
