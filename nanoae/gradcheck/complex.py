"""The check by complex steps: for analytic functions, to the last digit; see `imaginary`."""
import numpy as np

from .entry import Entry, relative_error
from .full import SEED, real_output
from .functions import function_of
from .imaginary import derivative
from .report import Report
from .state import first_look


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
            numeric = np.array([derivative(function, function.inputs, i, at, dy)
                                for at in np.ndindex(gradients[i].shape)]).reshape(gradients[i].shape)
            floor = max(1e-3 * float(np.max(np.abs(numeric), initial=0)), 1e-300)
            errors = relative_error(gradients[i], numeric, floor)
            at = np.unravel_index(np.argmax(errors), errors.shape)
            entries.append(Entry(function.names[i], float(errors[at]), at, float(gradients[i][at]), float(numeric[at]),
                                 errors.size))
    return Report("complex-step check", tolerance, entries).settle(raise_error)
