"""Arrays that a factor may be made of: the output, the inputs, and what layers compute from them."""
import numpy as np

from .mutations import standard
from .shapes import groups

DERIVATIVES = {"y (1 - y)": lambda y: y * (1 - y), "1 - y^2": lambda y: 1 - y * y,
               "1 - exp(-y)": lambda y: -np.expm1(-y), "2 sqrt(y)": lambda y: 2 * np.sqrt(np.abs(y)),
               "1 / 2y": lambda y: 0.5 / y, "y^2": lambda y: y * y,
               "1 + y^2": lambda y: 1 + y * y}    # of activations, in terms of their output
PARTS = {"y": lambda y: y, "1 - y": lambda y: 1 - y, "1 + y": lambda y: 1 + y, "exp(-y)": lambda y: np.exp(-y)}


def atoms(p, shape):
    """(kind, text, array of the shape); kind: "part" and "derivative" of the output, ("input", how it is laid)."""
    with np.errstate(all="ignore"):
        if p.y.shape == shape:
            yield from (("part", text, f(p.y)) for text, f in PARTS.items())
            yield from (("derivative", text, f(p.y)) for text, f in DERIVATIVES.items())
        for j, x in enumerate(p.inputs):
            if not isinstance(x, np.ndarray) or x.dtype.kind not in "fb":
                continue
            for text, view in views(p.names[j], x.astype(float), shape, p):
                for place, spot in enumerate(spots(view.shape, len(shape))):
                    try:
                        yield ("input", place), text, np.broadcast_to(view.reshape(spot), shape)
                    except ValueError:
                        continue


def views(own, x, shape, p):
    """(text, array) of what one input is used as."""
    yield from ((own, x), (f"1 - {own}", 1 - x), (f"1 + {own}", 1 + x), (f"{own} (1 - {own})", x * (1 - x)),
                (f"1 - {own}^2", 1 - x * x))
    yield from ((f"sum of {own} over axis {k}", x.sum(k)) for k in range(1, x.ndim))
    if x.shape != shape:
        return
    s = 1 / (1 + np.exp(-x))
    yield from ((f"sigmoid({own})", s), (f"sigmoid'({own})", s * (1 - s)), (f"tanh'({own})", 1 - np.tanh(x) ** 2),
                (f"exp({own})", np.exp(x)))
    epsilons = dict.fromkeys((1e-5, 0.0, 1e-8, *(v for v in p.inputs if isinstance(v, float) and 0 < v < 1e-2)))
    for axes in groups(x.ndim):
        if np.prod([x.shape[k] for k in axes]) <= 1:
            continue
        yield f"{own} without its mean over {axes}", x - x.mean(axes, keepdims=True)
        for eps in epsilons:
            spread = np.sqrt(x.var(axes, keepdims=True) + eps)
            yield f"{own} standardised over {axes} (eps {eps:g})", standard(x, axes, eps)
            yield f"the spread of {own} over {axes} (eps {eps:g})", spread + 0 * x


def spots(shape, ndim):
    """The ways in which an array of this shape is laid along another of ndim axes."""
    if len(shape) == ndim:
        return [shape]
    found = [shape, shape + (1,) * (ndim - len(shape))]
    return [*found, (-1,) + (1,) * (ndim - 2)] if len(shape) == 1 and ndim >= 3 else found


def match(values, points, shapes):
    """(kind, text, power) of the first atom, or its inverse or square, that equals the values at every point."""
    finite = np.concatenate([v[np.isfinite(v)] for v in values])
    if finite.size == 0 or np.ptp(finite) <= 1e-4 * np.max(np.abs(finite)):
        return None    # a constant: no array need explain it
    pools = [pool(p, shape) for p, shape in zip(points, shapes, strict=True)]
    for key in pools[0]:
        if all(key in q and equal(v, q[key].ravel()) for v, q in zip(values, pools, strict=True)):
            return key
    inputs = [{k: v for k, v in q.items() if isinstance(k[0], tuple) and k[2] == 1} for q in pools]
    for up in inputs[0]:    # one thing where another is meant
        for down in inputs[0]:
            if up != down and ("standardised" in up[1] + down[1] or "without" in up[1] + down[1]):
                with np.errstate(all="ignore"):
                    if all(up in q and down in q and equal(v, (q[up] / q[down]).ravel())
                           for v, q in zip(values, inputs, strict=True)):
                        return "pair", f"{up[1]} where {down[1]} is meant", 1
    return None


def pool(p, shape):
    found = {}
    for kind, text, value in atoms(p, shape):
        with np.errstate(all="ignore"):
            for power in (1, -1, 2, -2):
                found[kind, text, power] = value ** power
    return found


def equal(v, q):
    """Equal where v has a value."""
    known = np.isfinite(v)
    return bool(known.any() and np.all(np.isfinite(q[known])) and np.allclose(
        v[known], q[known], rtol=1e-5, atol=1e-8 * np.max(np.abs(v[known]))))
