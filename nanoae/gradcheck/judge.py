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


def judge(name, value, x, analytic, step, noise, tolerance, exact):
    """The Entry of one input: value() is sum(dy * forward) at what stands in x, which is moved and put back.

    exact: at -> the derivative by a complex step, or None; asked where quotients leave doubt, and only there: where
    forward takes a square for |z|^2 it loses what a quotient sees.
    """
    numeric, smooth = difference_quotients(value, x, step, noise, tolerance)
    if x.size == 0:
        return Entry(name, 0.0, judged=0)
    top, rounding = largest(numeric), noise / step    # what rounding can make of a quotient
    floor = max(1e-3 * top, min(rounding / tolerance, max(top, largest(analytic))), 1e-300)
    errors = np.nan_to_num(relative_error(analytic, numeric, floor), nan=np.inf)
    doubts = [tuple(at) for at in np.argwhere(~smooth | (errors > tolerance))]
    doubts.sort(key=lambda at: -errors[at])
    looked_into: dict = {how: [] for how in ("right", "wrong", "kink", "dim", "rough", "hazy")}
    stepped, accuracy = 0, 0.0
    for done, at in enumerate(doubts):
        if looked_into["wrong"] and done >= ENOUGH:
            break
        found = ladder(moved(value, x, at), value(), max(1.0, abs(float(x[at]))), noise)
        how, error = settled(found, analytic[at], floor, rounding, tolerance)
        if how in ("dim", "rough", "hazy") and not found.coarse:
            better = exact(at)
            if better is not None and abs(better - found.value) <= 3 * found.uncertainty:
                found, stepped = Derivative(better, 0.0), stepped + 1
                how, error = settled(found, analytic[at], floor, rounding, tolerance)
        looked_into[how].append(at)
        numeric[at], errors[at] = found.value, error if how in ("right", "wrong") else -1
        accuracy = max(accuracy, error) if how == "rough" else accuracy
    kinks, hazy, dim = sorted(looked_into["kink"]), looked_into["hazy"], len(looked_into["dim"])
    at = tuple(map(int, np.unravel_index(np.argmax(errors), errors.shape)))
    told = [f"{len(hazy)} not judged, no step gives a steady quotient"] * bool(hazy)
    told += [f"{dim} below forward's rounding ({rounding:.0e})"] * bool(dim)
    told += [f"{stepped} by a complex step"] * bool(stepped)
    entry = Entry(name, max(float(errors[at]), 0.0), at, float(analytic[at]), float(numeric[at]),
                  x.size - len(kinks) - len(hazy) - dim, kinks, rough=len(looked_into["rough"]), accuracy=accuracy,
                  note=", ".join(told), gradients=(analytic, numeric), quotient=moved(value, x, at))
    if 2 * len(hazy) > x.size and entry.passed(tolerance):
        entry.undecided, entry.at, entry.error = True, tuple(map(int, hazy[0])), np.inf
        entry.problem = (f"{len(hazy)} of {x.size} entries cannot be judged, {entry.at} the first: no step gives a "
                         "steady difference quotient there (rounding in forward, or the end of its domain)")
    return entry


def settled(found, a, floor, rounding, tolerance):
    """(how one entry stands, its relative error), by the ladder's Derivative.

    right, wrong; kink: between the slopes on both sides, as good as any; dim: rounding hides both; rough: equal as far
    as forward's rounding lets one see; hazy: no step tells.
    """
    off, gap = found.uncertainty, abs(a - found.value)
    visible = max(abs(a), abs(found.value))
    size = max(visible, floor)
    if found.jump and gap <= found.jump * 0.501:
        return "kink", 0.0
    if gap <= tolerance * size:
        return "right", gap / size
    if gap > 10 * off and (off <= COARSEST * max(abs(found.value), floor) or not found.coarse):
        return "wrong", gap / size
    if COARSEST * size < off < np.inf and visible <= rounding:
        return "dim", gap / size
    rough = gap <= 3 * off and (off <= COARSEST * size or not found.coarse)
    return "rough" if rough else "hazy", gap / size


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
