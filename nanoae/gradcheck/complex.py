"""The complex step: for an analytic f, the imaginary part of f(x + i h) / h is f'(x) without any cancellation.

h can be 1e-30, so the quotient is exact to rounding (Squire and Trapp 1998). It needs a forward that computes with
complex numbers: no abs, no maximum, no cast to float.
"""
import numpy as np

from .entry import Entry, relative_error
from .full import SEED, real_output
from .functions import function_of
from .report import Report
from .state import first_look

STEP = 1e-30


def complex_step(forward, backward=None, *inputs, rng=None, names=None, tolerance=1e-12, raise_error=True):
    """Compares backward with complex-step derivatives at every entry; arguments as in `check`.

    The error of an entry is |a - n| / max(|a|, |n|, 1e-3 of the input's largest derivative). Raises TypeError where
    forward drops the imaginary part, GradientError where an entry is wrong.

    >>> complex_step(np.sin, lambda dy, x: dy * np.cos(x), np.array([0.3, 2.0])).ok
    True
    """
    function = function_of(forward, backward, inputs, names)
    y = real_output(function)
    dy = (np.random.default_rng(SEED) if rng is None else rng).standard_normal(y.shape)
    gradients, entries = first_look(function, dy)
    broken = {entry.name for entry in entries}
    for i in function.checked:
        if gradients[i] is not None and function.names[i] not in broken:
            numeric = derivatives(function, i, dy)
            floor = max(1e-3 * float(np.max(np.abs(numeric), initial=0)), 1e-300)
            errors = relative_error(gradients[i], numeric, floor)
            at = np.unravel_index(np.argmax(errors), errors.shape)
            entries.append(Entry(function.names[i], float(errors[at]), at, float(gradients[i][at]), float(numeric[at]),
                                 errors.size))
    return Report("complex-step check", tolerance, entries).settle(raise_error)


def derivatives(function, i, dy):
    """d sum(dy * forward) / d inputs[i], entry by entry."""
    numeric = np.zeros(function.inputs[i].shape)
    moved = [x.astype(complex) if k == i else x for k, x in enumerate(function.inputs)]
    for at in np.ndindex(numeric.shape):
        moved[i][at] += 1j * STEP
        y = function.y(moved)
        if y.dtype.kind != "c":
            raise TypeError("forward drops the imaginary part (a cast, abs or a real buffer inside): use check instead")
        numeric[at] = np.sum(dy * y.imag) / STEP
        moved[i][at] = function.inputs[i][at]
    return numeric
