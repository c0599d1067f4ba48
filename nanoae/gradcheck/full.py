"""The full check: every entry of every input, by central differences of sum(dy * forward(inputs))."""
import sys
import time
from contextlib import suppress

import numpy as np

from .differences import quotient
from .functions import analytic_gradients, as_inputs, evaluate, input_names, settings
from .report import Entry, Report, relative_error


def check(forward, backward, *inputs, rng=None, names=None, step=None, tolerance=None, raise_error=True):
    """Compares backward with central differences at every entry of every input.

    forward(*inputs) -> array or number; backward(dy, *inputs) -> one gradient, or a tuple of one for each input (None:
    not checked). dy is drawn from rng (numpy.random.default_rng(0) if none). step and tolerance are chosen from the
    dtype that forward computes in. The error of an entry is |a - n| / max(|a|, |n|, floor), where the floor is 1e-3 of
    the input's largest difference quotient, or what rounding alone can make of it if that is more.

    Entries at a kink of the function are not judged but named. Raises GradientError (with the report as its text)
    where an entry is wrong or more than half of an input's entries lie at a kink; with raise_error=False the Report is
    returned instead, false where it failed.

    >>> def square(x): return x ** 2
    >>> def square_backward(dy, x): return dy * 2 * x
    >>> check(square, square_backward, np.array([1.0, -2.0, 0.5])).ok
    True
    """
    rng = np.random.default_rng(0) if rng is None else rng
    inputs = as_inputs(inputs)
    y = evaluate(forward, inputs)
    dy = rng.standard_normal(y.shape)
    eps, step, tolerance = settings(y, step, tolerance)
    gradients, problems = analytic_gradients(backward, dy, inputs)
    noise = 8 * eps * float(np.sum(np.abs(dy * y)) + 1e-300)

    def value():
        return float(np.sum(dy * evaluate(forward, inputs), dtype=np.float64))

    entries = []
    for name, x, analytic, problem in zip(input_names(names, len(inputs)), inputs, gradients, problems, strict=True):
        if problem:
            entries.append(Entry(name, np.inf, problem=problem))
        elif analytic is not None:
            numeric, smooth = difference_quotients(value, x, step, noise, tolerance)
            entries.append(compare(name, analytic, numeric, smooth, noise / step / tolerance))
    return Report("gradient check", tolerance, entries, step).settle(raise_error)


def counted(items, total, patience=3.0):
    """The items; where they take longer than `patience` seconds, a terminal is told how many are done."""
    shown = began = time.monotonic()
    for done, item in enumerate(items):
        yield item
        if time.monotonic() - began > patience and time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            with suppress(OSError, ValueError, AttributeError):    # nobody listens
                if sys.stderr.isatty():
                    print(f"\rchecking entry {done + 1:,} of {total:,} ", end="", file=sys.stderr, flush=True)


def difference_quotients(value, x, step, noise, tolerance):
    """The quotient at every entry of x (moved in place, and back), and where the function is smooth."""
    numeric, smooth = np.zeros(x.shape), np.ones(x.shape, bool)
    f0 = value()
    for at in counted(np.ndindex(x.shape), x.size):
        kept, h = x[at], step * max(1.0, abs(float(x[at])))

        def f(t, at=at, kept=kept):
            x[at] = kept + t
            return value()

        numeric[at], smooth[at] = quotient(f, f0, h, noise, tolerance)
        x[at] = kept
    return numeric, smooth


def compare(name, analytic, numeric, smooth, least):
    """The Entry of one input: the worst of the entries that can be judged."""
    kinks = [tuple(at) for at in np.argwhere(~smooth)]
    if 2 * len(kinks) > smooth.size:
        return Entry(name, np.inf, kinks=kinks, judged=smooth.size - len(kinks), problem=f"{len(kinks)} of "
                     f"{smooth.size} entries lie at a kink of the function: move the inputs off it to be judged")
    if smooth.size == 0:
        return Entry(name, 0.0, judged=0)
    floor = max(1e-3 * float(np.max(np.abs(numeric))), least)
    errors = np.where(smooth, relative_error(analytic, numeric, floor), -1)
    at = np.unravel_index(np.argmax(errors), errors.shape)
    return Entry(name, float(errors[at]), at, float(analytic[at]), float(numeric[at]), int(smooth.sum()), kinks)
