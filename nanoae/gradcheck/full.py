"""The full check: every entry of every input, by central differences of sum(dy * forward(inputs))."""
import numpy as np

from .diagnosis import diagnose
from .entry import Entry
from .functions import function_of
from .imaginary import where_analytic
from .judge import judge
from .linear import dot_error
from .report import Report
from .state import first_look

SEED = (0x5EED, 0xED17)    # of dy: no seed that users draw their own data from


def check(forward, backward=None, *inputs, rng=None, names=None, step=None, tolerance=None, raise_error=True):
    """Compares backward with central differences at every entry of every float array among the inputs.

    forward(*inputs) -> array or number, or (array, cache); backward(dy, *inputs), or backward(dy, cache) where forward
    returns one -> one gradient, a tuple of one for each input (None: not checked), or a dictionary. Or
    check(layer, *inputs): a class or an object with forward and backward, ours, or a torch.autograd.Function; its
    parameters are found and checked too. Inputs that are no float arrays are handed on as they are.

    dy is drawn from rng (one of the check's own if none). step and tolerance are chosen from the dtype that forward
    computes in. The error of an entry is |a - n| / max(|a|, |n|, floor), where the floor is 1e-3 of the input's largest
    difference quotient, or what rounding alone can make of it if that is more. Where forward rounds coarsely, quotients
    of many steps tell how exactly it can be judged, and the report says so.

    Entries at a kink of the function are not judged but named; where most lie at one, the input is moved off it.
    Raises GradientError (its text names the mistake) where an entry is wrong or nothing can be said; with
    raise_error=False the Report is returned instead, false where it did not pass.

    >>> def square(x): return x ** 2
    >>> def square_backward(dy, x): return dy * 2 * x
    >>> check(square, square_backward, np.array([1.0, -2.0, 0.5])).ok
    True
    """
    function = function_of(forward, backward, inputs, names)
    y = real_output(function)
    dy = (np.random.default_rng(SEED) if rng is None else rng).standard_normal(y.shape)
    eps, step, tolerance = settings(y, step, tolerance)
    gradients, entries = first_look(function, dy)
    if all(entry.mistake in ("shape", "dtype", "not finite") for entry in entries):
        broken = {entry.name for entry in entries}
        entries += [compared(function, i, dy, gradients[i], eps, step, tolerance) for i in function.checked
                    if gradients[i] is not None and function.names[i] not in broken]
    return Report("gradient check", tolerance, entries, step, advice(function, gradients),
                  lambda: diagnose(function)).settle(raise_error)


def real_output(function):
    """forward's output. Raises ValueError where there is no gradient to check."""
    y = function.y(function.inputs)
    if y.dtype.kind != "f" or not np.all(np.isfinite(y)):
        raise ValueError(f"forward gives {y.dtype} with values that are not finite real numbers: there is no gradient "
                         "to check at this point" if y.dtype.kind in "fc" else
                         f"forward gives {y.dtype}: a gradient needs an output of real floats")
    if y.dtype == np.float16:
        raise ValueError("forward computes in float16, too coarse for difference quotients: check it in float32 or "
                         "float64")
    return y


def settings(y, step=None, tolerance=None):
    """(eps, step, tolerance) for a function whose outputs have y's dtype.

    The step is eps^(1/4): the quotients are exact to step^4, so truncation and rounding meet there. The tolerance is
    1.5e-7 for float64, 5e-4 for a function that computes in float32.
    """
    eps = float(np.finfo(y.dtype).eps)
    return eps, step or eps ** 0.25, tolerance or max(1.5e-7, 1.5 * eps ** 0.5)


def compared(function, i, dy, analytic, eps, step, tolerance):
    """The Entry of input i; moved off its kinks where most of its entries lie at one."""
    def entry(analytic):
        def value():
            return float(np.sum(dy * function.y(inputs), dtype=np.float64))

        noise = 8 * eps * float(np.sum(np.abs(dy * function.y(inputs))) + 1e-300)
        return judge(function.names[i], value, inputs[i], analytic, step, noise, tolerance,
                     where_analytic(function, inputs, i, dy))

    inputs = list(function.inputs)
    inputs[i] = inputs[i].copy()
    first = entry(analytic)
    if 2 * len(first.kinks) <= inputs[i].size:
        gap = dot_error(function, i, dy, analytic) if first.passed(tolerance) else None
        if gap is not None:
            first.note += f"{', ' if first.note else ''}linear: dot test {gap:.0e}"
        return first
    rng = np.random.default_rng(SEED)
    inputs[i] += rng.choice([-1, 1], inputs[i].shape) * rng.uniform(0.01, 0.02, inputs[i].shape) * (1 + abs(inputs[i]))
    second = entry(function.gradients(dy, inputs)[i])
    if 2 * len(second.kinks) > inputs[i].size:
        return Entry(first.name, np.inf, kinks=first.kinks, undecided=True, problem=f"{len(first.kinks)} of "
                     f"{inputs[i].size} entries lie at a kink of the function, here and nearby")
    second.note = f"moved off its {len(first.kinks)} kinks"
    return second


def advice(function, gradients):
    """What this one example cannot show."""
    unchecked = [name for i, name in enumerate(function.names) if i in function.checked and gradients[i] is None]
    arrays = [function.inputs[i] for i in function.checked if function.inputs[i].ndim]
    told = [f"not checked, backward gives None: {', '.join(unchecked)}"] if unchecked else []
    if any(x.ndim >= 2 and 1 in x.shape for x in arrays):
        told.append("an axis of length 1 hides sums and means that are wrong: try sizes that differ")
    elif any(len(set(x.shape)) < x.ndim for x in arrays):
        told.append("axes of equal length hide transposed and swapped ones: try sizes that differ")
    return tuple(told)
