"""One path of the chain rule, or one operation, whose derivative backward lacks or takes elsewhere, with its line."""
import itertools

import numpy as np

from .cuts import cuts, first_trace
from .elsewhere import consistent
from .factors import named
from .operands import operands
from .points import close
from .spies import Untraceable
from .stretches import stretches

CLOSE = 3e-6


def paths(points, i):
    """(name, detail, line) of the mutated forward whose gradient is backward's at every point.

    One that leaves the other gradients as they are, or gives them as well, comes first. Else the mistake was made for
    this input alone: then all that predict it must have one name.
    """
    p = points[0]
    trace = first_trace(p.function, p.inputs)
    if trace is None:
        return None
    vs = np.random.default_rng(p.y.size).standard_normal((3, *p.x(i).shape))
    told = np.array([float(np.sum(p.a[i] * v)) for v in vs])
    right = np.array([float(np.sum(p.n(i) * v)) for v in vs])
    alone = []
    for mutant in itertools.chain(cuts(p.function, trace), stretches(p.function, trace),
                                  operands(p.function, trace)):
        try:
            slopes = np.array([p.slope(i, vs[0], evaluate=mutant.at(p.inputs))])
            if not mutant.free and not near(told[:1], slopes, told):
                continue
            slopes = np.array([*slopes, *(p.slope(i, v, evaluate=mutant.at(p.inputs)) for v in vs[1:])])
            hit = in_part(points, i, mutant, told, right, slopes) if mutant.free else \
                in_whole(points, i, mutant, told, slopes)
        except (Untraceable, ValueError, TypeError, IndexError, ArithmeticError, np.linalg.LinAlgError):
            continue
        if hit and consistent(points, i, hit[1]):
            return hit[0]
        if hit:
            alone.append(hit[0])
    return alone[0] if len({name for name, *_ in alone}) == 1 else None


def gradient(p, k, mutant):
    return p.mutated(k, evaluate=mutant.at(p.inputs))


def near(a, b, scale):
    return np.max(np.abs(a - b)) <= 1e-5 * np.max(np.abs(scale))


def in_whole(points, i, mutant, told, slopes):
    """Is the mutant's gradient backward's? Then ((name, detail, line), what it makes of other gradients)."""
    if not near(told, slopes, told):
        return None
    if not all(close(p.a[i], gradient(p, i, mutant), CLOSE) for p in points):
        return None
    return (mutant.name, mutant.detail, mutant.line), lambda p, k: gradient(p, k, mutant)


def in_part(points, i, mutant, told, right, slopes):
    """Is backward = right + w (mutant - right), with one weight w of the path that is missing?"""
    d = slopes - right
    if np.max(np.abs(d)) < 1e-7 * np.max(np.abs(right)):
        return None
    w = float(np.sum((told - right) * d) / np.sum(d * d))
    if not near(told - right, w * d, told) or abs(w) < 1e-5:
        return None
    weights = points.each(lambda p: weight(p, i, mutant))
    if weights is None:
        return None
    said = (mutant.name, mutant.detail, mutant.line)
    if not all(abs(value - 1) < 1e-5 for value in weights):
        hit = named([1 - value for value in weights], points, i)
        if hit is None:
            return None
        said = ("wrong factor in a path", f"{' '.join(hit).strip()} {mutant.detail}", mutant.line)
    return said, lambda p, k: p.n(k) + weights[0] * (gradient(p, k, mutant) - p.n(k))


def weight(p, i, mutant):
    """w of one point, or None where backward is no such sum."""
    d, gap = gradient(p, i, mutant) - p.n(i), p.a[i] - p.n(i)
    size = float(np.sum(d * d))
    if size < 1e-20:
        return None
    w = float(np.sum(gap * d)) / size
    top = max(np.max(np.abs(p.a[i])), np.max(np.abs(p.n(i))))
    return w if np.max(np.abs(gap - w * d)) <= CLOSE * top else None
