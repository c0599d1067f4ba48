"""The directional check: one difference quotient along a random direction through all inputs at once."""
import numpy as np

from .differences import quotient
from .entry import Entry, relative_error
from .full import SEED, real_output, settings
from .functions import function_of
from .judge import settled
from .ladder import ladder
from .report import Report
from .state import first_look


def check_direction(forward, backward=None, *inputs, directions=3, rng=None, step=None, tolerance=None,
                    raise_error=True):
    """Compares <gradient, v> with the difference quotient along random unit directions v: the quick check.

    Arguments as in `check`. It needs five evaluations a direction, whatever the size, and says that something is wrong
    but not where. Its power: along a random direction a mistake of relative length r of the gradient (0.01 where one
    entry in 10,000 is missing) stays under the tolerance t with probability 0.6 t / r a direction, some 1e-5 for
    r = 0.01 in float64. It cannot tell two mistakes that cancel, nor judge where every direction meets a kink or
    rounding: such a direction is drawn anew, up to ten times for each. Raises GradientError, or returns the Report with
    raise_error=False.
    """
    function = function_of(forward, backward, inputs)
    rng = np.random.default_rng(SEED) if rng is None else rng
    y = real_output(function)
    dy = rng.standard_normal(y.shape)
    eps, step, tolerance = settings(y, step, tolerance)
    gradients, wrong = first_look(function, dy)
    if wrong:
        return Report("directional check", tolerance, wrong, step).settle(raise_error)
    noise = 8 * eps * float(np.sum(np.abs(dy * y)) + 1e-300)
    live = [i for i in function.checked if gradients[i] is not None]
    length = np.sqrt(sum(float(np.sum(gradients[i] ** 2)) for i in live))
    size = sum(function.inputs[i].size for i in live)
    # a random unit direction sees about length / sqrt(size) of the gradient: smaller slopes are measured against that
    floor = max(0.1 * length / np.sqrt(max(size, 1)), noise / step / tolerance)
    entries = []
    for k in range(directions):
        for _ in range(10):
            v = unit_direction(function, live, rng)
            analytic = sum(float(np.sum(gradients[i] * v[i])) for i in live)
            entry = along(function, v, dy, analytic, step, noise, tolerance, floor)
            if entry:
                break
        entries.append(entry or Entry("", np.inf, undecided=True, problem="ten directions in a row met a kink of the "
                                      "function or gave no steady quotient: move the inputs to be judged"))
        entries[-1].name = f"direction {k}"
    return Report("directional check", tolerance, entries, step).settle(raise_error)


def unit_direction(function, live, rng):
    """A random direction of length 1 through all inputs that have a gradient."""
    v = {i: rng.standard_normal(function.inputs[i].shape) for i in live}
    length = np.sqrt(sum(float(np.sum(u * u)) for u in v.values()))
    return {i: u / length for i, u in v.items()}


def along(function, v, dy, analytic, step, noise, tolerance, floor):
    """The Entry of one direction, or None where the function has a kink along it or no step tells."""
    def f(t):
        moved = [x + t * v[i] if i in v else x for i, x in enumerate(function.inputs)]
        return float(np.sum(dy * function.y(moved), dtype=np.float64))

    f0 = f(0.0)
    numeric, smooth = quotient(f, f0, step, noise, tolerance)
    error = float(relative_error(np.float64(analytic), numeric, floor))
    if smooth and error <= tolerance:
        return Entry("", error, (), analytic, numeric)
    found = ladder(f, f0, 1.0, noise)
    how, error = settled(found, analytic, floor, noise / step, tolerance)
    if found.jump or how in ("dim", "hazy"):
        return None
    if how == "rough":
        return Entry("", 0.0, (), analytic, found.value, rough=1, accuracy=error)
    return Entry("", error, (), analytic, found.value)
