"""One input's gradient judged: quick difference quotients for every entry, a ladder of steps where they leave doubt."""
import sys
import time
from contextlib import suppress

import numpy as np

from .differences import quotient
from .entry import Entry, relative_error
from .ladder import Derivative, ladder

ENOUGH = 24    # doubtful entries looked into, once one of them is surely wrong
COARSEST = 0.05    # of a derivative: what a difference quotient may be off and still be worth comparing


def judge(name, value, x, analytic, step, noise, tolerance, exact=lambda at: None):
    """The Entry of one input: value() is sum(dy * forward) at what stands in x, which is moved and put back.

    exact: at -> the derivative by a complex step, or None; asked where no quotient is exact enough.
    """
    numeric, smooth = difference_quotients(value, x, step, noise, tolerance)
    if x.size == 0:
        return Entry(name, 0.0, judged=0)
    top, rounding = largest(numeric), noise / step    # what rounding can make of a quotient
    floor = max(1e-3 * top, min(rounding / tolerance, max(top, largest(analytic))), 1e-300)
    errors = np.nan_to_num(relative_error(analytic, numeric, floor), nan=np.inf)
    doubts = [tuple(at) for at in np.argwhere(~smooth | (errors > tolerance))]
    doubts.sort(key=lambda at: -errors[at])
    kinks: list = []
    hazy: list = []    # no step gives a steady quotient
    dim: list = []    # rounding hides both
    accuracy, wrong, stepped = 0.0, 0, 0
    for done, at in enumerate(doubts):
        if wrong and done >= ENOUGH:
            break
        found = ladder(moved(value, x, at), value(), max(1.0, abs(float(x[at]))), noise)
        better = None if found.jump or found.uncertainty <= 0.1 * tolerance * floor else exact(at)
        if better is not None and abs(better - found.value) <= 10 * found.uncertainty:
            found, stepped = Derivative(better, 0.0), stepped + 1
        gap, size = abs(analytic[at] - found.value), max(abs(analytic[at]), abs(found.value), floor)
        numeric[at], errors[at] = found.value, gap / size
        if found.jump and gap <= found.jump * 0.501:    # between the slopes on both sides: as good as any
            kinks.append(at)
        elif tolerance * size < gap <= 3 * found.uncertainty <= 3 * COARSEST * size:
            accuracy = max(accuracy, gap / size)
        elif gap > tolerance * size and not gap > 10 * found.uncertainty:
            (dim if max(abs(analytic[at]), abs(found.value)) <= rounding else hazy).append(at)
        else:
            wrong += gap > tolerance * size
    unjudged = {*kinks, *hazy, *dim}
    for at in unjudged:
        errors[at] = -1
    at = tuple(map(int, np.unravel_index(np.argmax(errors), errors.shape)))
    told = [f"{len(dim)} below forward's rounding ({rounding:.0e})"] * bool(dim)
    told += [f"{stepped} by a complex step"] * bool(stepped)
    entry = Entry(name, max(float(errors[at]), 0.0), at, float(analytic[at]), float(numeric[at]),
                  x.size - len(unjudged), sorted(kinks), accuracy=accuracy, note=", ".join(told),
                  gradients=(analytic, numeric), quotient=moved(value, x, at))
    if hazy and entry.passed(tolerance):
        entry.undecided, entry.at, entry.error = True, tuple(map(int, hazy[0])), np.inf
        entry.problem = (f"{len(hazy)} of {x.size} entries cannot be judged, {entry.at} the first: no step gives a "
                         "steady difference quotient there (rounding in forward, or the end of its domain)")
    return entry


def largest(gradient):
    return float(np.max(np.abs(gradient), initial=0, where=np.isfinite(gradient)))


def moved(value, x, at):
    """t -> value() with x[at] moved by t."""
    kept = x[at]

    def f(t):
        x[at] = kept + t
        result = value()
        x[at] = kept
        return result

    return f


def difference_quotients(value, x, step, noise, tolerance):
    """The quotient at every entry of x, and where the function is smooth."""
    numeric, smooth = np.zeros(x.shape), np.ones(x.shape, bool)
    f0 = value()
    with np.errstate(all="ignore"):
        for at in counted(np.ndindex(x.shape), x.size):
            h = step * max(1.0, abs(float(x[at])))
            numeric[at], smooth[at] = quotient(moved(value, x, at), f0, h, noise, tolerance)
    return numeric, smooth


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
