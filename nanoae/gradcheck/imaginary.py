"""A derivative by the complex step, of one entry: the imaginary part of f(x + i h) / h, without any cancellation.

h can be 1e-30, so it is exact to rounding (Squire and Trapp 1998). forward must compute with complex numbers.
"""
import warnings

import numpy as np

STEP = 1e-30


def derivative(function, inputs, i, at, dy):
    """d sum(dy * forward) / d inputs[i][at]. Raises TypeError where forward drops the imaginary part."""
    moved = [x.astype(complex) if k in function.checked else x for k, x in enumerate(inputs)]
    moved[i][at] += 1j * STEP
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        try:
            y = function.y(moved)
        except np.exceptions.ComplexWarning:
            y = np.zeros(())
    if y.dtype.kind != "c":
        raise TypeError("forward drops the imaginary part (a cast, abs or a real buffer inside): use check instead")
    return float(np.sum(dy * y.imag) / STEP)


def where_analytic(function, inputs, i, dy):
    """at -> that derivative, or None where forward does not compute with complex numbers."""
    def exact(at):
        try:
            found = derivative(function, inputs, i, at, dy)
        except Exception:    # the user's code, with numbers that it was not written for
            return None
        return found if np.isfinite(found) else None

    return exact
