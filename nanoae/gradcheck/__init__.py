"""Gradient checks for anyone's functions; needs NumPy alone.

    check(forward, backward, *inputs)             every entry, by central differences; layers and classes too
    assert_gradient(forward, backward, *inputs)   the same in tests: pytest shows the report
    check_direction(forward, backward, *inputs)   along random directions: quick, for large inputs
    dot_test(forward, adjoint, x_shape, y_shape)  <A u, v> = <u, A' v>: linear maps, no step size at all
    complex_step(forward, backward, *inputs)      analytic functions, to the last digit

`forward(*inputs)` returns an array or a number. `backward(dy, *inputs)` returns the gradient of sum(dy * y) with
respect to each input: an array for one input, a tuple for several, None for what has no gradient; `styles` tells in
which other forms the two may come. All checks are made in float64 with a random upstream gradient dy. A check that does
not pass raises GradientError, whose text says where.
"""
from .complex import complex_step
from .direction import check_direction
from .dot import dot_test
from .entry import Entry, Finding
from .full import check
from .report import GradientError, Report
from .testing import assert_gradient

__all__ = ["Entry", "Finding", "GradientError", "Report", "assert_gradient", "check", "check_direction", "complex_step",
           "dot_test"]
