"""Forward's derivative at an input, a setting or a state that is not the one meant."""
from contextlib import suppress

import numpy as np

from .draws import FRESH
from .factors import proportional
from .mutations import of_input, of_setting
from .points import TOLERANCE, close
from .shapes import groups


def replayed_input(points, i):
    """The derivative at an input that is not the one meant."""
    p0 = points[0]
    rng = np.random.default_rng(p0.y.size)
    vs = [rng.standard_normal(p0.x(i).shape) for _ in range(2)]
    told = [float(np.sum(p0.a[i] * v)) for v in vs]
    for j in p0.checked:
        for name, detail, f in of_input(p0, j):
            if name == "factor missing" and i == j:
                continue

            def inputs(p, j=j, f=f):
                return [f(x, p) if k == j else x for k, x in enumerate(p.inputs)]

            try:
                if name == "factor missing" and not linear_in(p0, i, j, vs[0]):
                    continue
                slopes = [p0.slope(i, v, inputs=inputs(p0)) for v in vs]
                if not in_step(told, slopes):
                    continue
                hit = proportional(points, i, lambda p, inputs=inputs: p.mutated(i, inputs=inputs(p)))
            except (ValueError, ArithmeticError):
                continue
            if hit == ("", "") and (bilinear(p0, i, j) or consistent(
                    points, i, lambda p, k, inputs=inputs: p.mutated(k, inputs=inputs(p)))):
                return name, detail    # a factor beside it would be two mistakes: they explain too much
    return None


def in_step(told, slopes):
    """May the two pairs of slopes be the same but for a factor?"""
    cross = abs(told[0] * slopes[1] - told[1] * slopes[0])
    return cross <= 1e-5 * abs(told[0] * slopes[1]) + 1e-12 and max(map(abs, slopes)) >= 1e-9


def linear_in(p, i, j, v):
    """Is the derivative of input i linear in input j, where j is one number everywhere?"""
    one, two = (p.slope(i, v, inputs=[c + 0 * x if k == j else x for k, x in enumerate(p.inputs)]) for c in (1.0, 2.0))
    return abs(two - 2 * one) <= 1e-7 * abs(one)


def bilinear(p, i, j):
    """Is the derivative with respect to input i linear in input j?"""
    if i == j:
        return False
    v = np.random.default_rng(p.y.size).standard_normal(p.x(i).shape)
    one, two, none = (p.slope(i, v, inputs=[c * x if k == j else x for k, x in enumerate(p.inputs)])
                      for c in (1.0, 2.0, 0.0))
    return abs(two - 2 * one) < 1e-7 * abs(one) and abs(none) < 1e-7 * abs(one)


def consistent(points, i, gradient):
    """Does the mistake that gives backward's gradient of i leave the others as they are, or give them as well?"""
    for p in points.first(2):
        for k in p.checked:
            if k != i and p.a[k] is not None and p.a[k].shape == p.x(k).shape:
                n = gradient(p, k)
                if not close(n, p.n(k), 10 * TOLERANCE) and not close(n, p.a[k], 10 * TOLERANCE):
                    return False
    return True


def replayed_setting(points, i):
    """The derivative of forward with another stride, padding, axis."""
    p0 = points[0]
    v = np.random.default_rng(p0.y.size).standard_normal(p0.x(i).shape)
    told = float(np.sum(p0.a[i] * v))
    for detail, change in of_setting(p0):
        try:
            slope = p0.slope(i, v, evaluate=in_corner(p0), inputs=change(p0))
            if abs(slope - told) <= 1e-5 * abs(told) + 1e-12 and all(close(p.a[i], p.mutated(
                    i, evaluate=in_corner(p), inputs=change(p))) for p in points):
                return "wrong setting", f"as if {detail}"
        except (ValueError, TypeError, IndexError, ArithmeticError):
            continue
    return None


def in_corner(p):
    """forward whose output, of whatever size, is cut or filled up with zeros to that of p."""
    def evaluate(inputs):
        y, framed = p.evaluate(inputs), np.zeros(p.y.shape)
        common = tuple(slice(0, min(a, b)) for a, b in zip(y.shape, p.y.shape, strict=True))
        framed[common] = y[common]
        return framed

    return evaluate


def stale(points, i):
    """Backward works with what an earlier forward kept."""
    p0 = points[0]
    v = np.random.default_rng(p0.y.size).standard_normal(p0.x(i).shape)
    told = float(np.sum(p0.a[i] * v))
    first = p0.function.others(p0.function.inputs)    # of the very first call
    for text, old in (("the first call", lambda p: first), ("the call before", lambda p: p.function.others(p.inputs))):
        for chosen in groups(len(p0.checked)):
            taken = {p0.checked[k] for k in chosen}

            def earlier(p, old=old, taken=taken):
                return [old(p)[k] if k in taken else x for k, x in enumerate(p.inputs)]

            with suppress(ValueError):
                slope = p0.slope(i, v, inputs=earlier(p0))
                if abs(slope - told) <= 1e-5 * abs(told) + 1e-12 and all(
                        close(p.a[i], p.mutated(i, inputs=earlier(p))) for p in points.first(FRESH + 1)
                        if p.size in ("given", "fresh")):
                    return "stale cache", f"values of {text}: {', '.join(p0.names[k] for k in sorted(taken))}"
    return None
