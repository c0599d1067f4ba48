"""The directional check: one difference quotient along a random direction through all inputs at once."""
import numpy as np

from .differences import quotient
from .functions import analytic_gradients, as_inputs, evaluate, settings
from .report import Entry, Report, relative_error


def check_direction(forward, backward, *inputs, directions=3, rng=None, step=None, tolerance=None, raise_error=True):
    """Compares <gradient, v> with the difference quotient along random unit directions v.

    Arguments as in `check`. It needs five evaluations a direction, whatever the size, and says that something is wrong
    but not where. A direction along which the function has a kink is drawn anew, up to ten times for each; then the
    check refuses to judge. Raises GradientError, or returns the Report with raise_error=False.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    inputs = as_inputs(inputs)
    y = evaluate(forward, inputs)
    dy = rng.standard_normal(y.shape)
    eps, step, tolerance = settings(y, step, tolerance)
    gradients, problems = analytic_gradients(backward, dy, inputs)
    wrong = [Entry(f"input {i}", np.inf, problem=problem) for i, problem in enumerate(problems) if problem]
    if wrong:
        return Report("directional check", tolerance, wrong, step).settle(raise_error)
    noise = 8 * eps * float(np.sum(np.abs(dy * y)) + 1e-300)
    length = np.sqrt(sum(float(np.sum(g * g)) for g in gradients if g is not None))
    size = sum(x.size for x, g in zip(inputs, gradients, strict=True) if g is not None)
    # a random unit direction sees about length / sqrt(size) of the gradient: smaller slopes are measured against that
    floor = max(0.1 * length / np.sqrt(max(size, 1)), noise / step / tolerance)
    entries = []
    for k in range(directions):
        entry = None
        for _ in range(10):
            v = unit_direction(inputs, gradients, rng)
            analytic = sum(float(np.sum(g * u)) for g, u in zip(gradients, v, strict=True) if g is not None)
            numeric, smooth = along(forward, inputs, v, dy, step, noise, tolerance)
            if smooth:
                error = float(relative_error(np.float64(analytic), numeric, floor))
                entry = Entry(f"direction {k}", error, (), analytic, numeric)
                break
        entries.append(entry or Entry(f"direction {k}", np.inf, problem="ten directions in a row met a kink of the "
                                      "function: move the inputs off it to be judged"))
    return Report("directional check", tolerance, entries, step).settle(raise_error)


def unit_direction(inputs, gradients, rng):
    """A random direction of length 1 through all inputs that have a gradient."""
    v = [rng.standard_normal(x.shape) if g is not None else np.zeros(x.shape)
         for x, g in zip(inputs, gradients, strict=True)]
    length = np.sqrt(sum(float(np.sum(u * u)) for u in v))
    return [u / length for u in v]


def along(forward, inputs, v, dy, step, noise, tolerance):
    """The difference quotient of sum(dy * forward(inputs + t v)) at t = 0, and whether it is smooth there."""
    def f(t):
        moved = [x + t * u for x, u in zip(inputs, v, strict=True)]
        return float(np.sum(dy * evaluate(forward, moved), dtype=np.float64))

    return quotient(f, f(0.0), step, noise, tolerance)
