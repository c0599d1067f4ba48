"""The points on which a name must hold: the given one, fresh values, and every other size that the functions accept."""
import itertools
from contextlib import suppress

import numpy as np

from .points import Point

SEED = (0xD1A6, 0x05E5)
FRESH, SIZES = 3, 4    # draws of the given sizes, and of others at most
LARGEST = 250_000    # entries of a Jacobian


class Points:
    """The Points of a function, each drawn when it is first asked for: most mistakes are ruled out at the first."""

    def __init__(self, function):
        self.drawn, self.waiting = [], (one for one in draws(function) if one is not None)

    def __getitem__(self, k):
        self.drawn += itertools.islice(self.waiting, max(0, k + 1 - len(self.drawn)))
        return self.drawn[k]

    def __iter__(self):
        with suppress(IndexError):
            for k in itertools.count():
                yield self[k]

    def each(self, f):
        """[f(point), ...], or None at the first point for which f gives None."""
        found = []
        for one in self:
            found.append(f(one))
            if found[-1] is None:
                return None
        return found

    def first(self, count):
        return list(itertools.islice(self, count))


def draws(function):
    """Points at which the function is smooth, or None where none was found."""
    rng = np.random.default_rng(SEED)
    shapes = {k: np.shape(value) for k, value in enumerate(function.inputs) if isinstance(value, np.ndarray)}
    yield point(function, rng, "given", None)
    for _ in range(FRESH):
        yield point(function, rng, "fresh", shapes)
    for other in other_shapes(function, shapes)[:SIZES]:
        yield point(function, rng, str(other), other)


def point(function, rng, size, shapes, tries=6):
    """A smooth Point with values like the given ones, or None."""
    for _ in range(tries if shapes else 1):
        try:
            one = Point(function, inputs_of(function, shapes, rng), rng, size)
            for i in function.checked:
                if one.a[i] is not None:
                    one.N(i)
            return one
        except Exception:    # the user's code, at values that it may not accept
            continue
    return None


def inputs_of(function, shapes, rng):
    return [value if shapes is None or k not in shapes else redrawn(value, shapes[k], rng)
            for k, value in enumerate(function.inputs)]


def redrawn(values, shape, rng):
    """Values like those given: inside their range, with their zeros and labels."""
    flat = values.ravel()
    if not flat.size:
        return values
    if values.dtype.kind != "f":
        return rng.choice(flat, shape)
    kinds = np.unique(flat)
    if kinds.size == 1:
        return kinds[0] + 0.4 * max(abs(kinds[0]), 0.5) * rng.standard_normal(shape)
    if kinds.size <= 2 < flat.size:
        return rng.choice(kinds, shape)
    if kinds.size < 6:    # too few to mix: spread around them, on their side of 0
        spread = rng.choice(kinds, shape) * (1 + 0.3 * rng.uniform(-1, 1, shape))
        return spread if kinds[0] < 0 < kinds[-1] else np.clip(spread, kinds[0], kinds[-1] * 1.3)
    t = rng.beta(0.5, 0.5, shape)
    return t * rng.choice(flat, shape) + (1 - t) * rng.choice(flat, shape)


def other_shapes(function, shapes):
    """Shapes that forward and backward accept: one set of axes of equal length made longer; the batch comes first."""
    places: dict = {}
    for k, shape in shapes.items():
        for axis, length in enumerate(shape):
            places.setdefault(length, []).append((k, axis))
    found = []
    for length, axes in places.items():
        taken: set = set()
        heads = [tuple(at for at in axes if at[1] == 0)]    # a batch: all first axes of this length
        subsets = heads + [c for r in range(1, min(len(axes), 6) + 1) for c in itertools.combinations(axes[:7], r)]
        for subset in subsets[:70]:
            if not subset or taken & set(subset):
                continue
            for longer in longer_ones(length, places):
                changed = {k: tuple(longer if (k, axis) in subset else old for axis, old in enumerate(shape))
                           for k, shape in shapes.items()}
                if accepted(function, changed, shapes):
                    taken |= set(subset)
                    found.append(changed)
                    break
    first, shape = found[0] if found else None, function.y(function.inputs).shape

    def news(changed):    # the batch first, then what gives y another size
        y = function.y(inputs_of(function, changed, np.random.default_rng(SEED)))
        return changed is not first, y.shape == shape

    return sorted(found, key=news)


def longer_ones(length, places):
    """Lengths to try, none of which another axis has: equal ones would broadcast."""
    spare = [length + grow for grow in (1, 2, 3, 4, length) if length + grow not in places] + [length + 1, length + 2]
    return spare[:4] if length > 1 else spare[:1]


def accepted(function, changed, shapes):
    """Do both functions take these shapes, and use all of what they are given?"""
    rng = np.random.default_rng(SEED)
    try:
        inputs = inputs_of(function, changed, rng)
        y = function.y(inputs)
        if y.size * sum(inputs[i].size for i in function.checked) > LARGEST:
            return False
        gradients = function.gradients(np.ones(y.shape), inputs)
        return all(gradients[i] is None or gradients[i].shape == inputs[i].shape for i in function.checked) and not any(
            idle(function, inputs, i, axis, y) for i in function.checked for axis in range(inputs[i].ndim)
            if changed[i][axis] != shapes[i][axis])
    except Exception:    # the user's code, at sizes that it may not accept
        return False


def idle(function, inputs, i, axis, y):
    """Has the last slice along an axis no effect? Then this size is none of the function."""
    moved = list(inputs)
    moved[i] = moved[i].copy()
    last = np.moveaxis(moved[i], axis, 0)[-1:]    # a view
    last[...] = last * 1.01 + 0.003
    other = function.y(moved)
    return other.shape == y.shape and np.array_equal(other, y)
