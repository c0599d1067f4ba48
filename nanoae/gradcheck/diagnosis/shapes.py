"""A gradient of the wrong shape: right values in another one, not summed, summed too far, transposed."""
import itertools

import numpy as np

from .factors import factor
from .points import close


def misshapen(p, i):
    """(name, detail) for a gradient whose shape is not its input's."""
    a, n, dy = p.a[i], p.n(i), p.dy
    if a.size == n.size and close(a.reshape(n.shape), n):
        return "shape", f"right values, in shape {a.shape}"
    for order in itertools.permutations(range(a.ndim)):
        if a.transpose(order).shape == n.shape and factor(a.transpose(order), n):
            return "transposed", f"axes {order}"
    for axes in groups(a.ndim):
        if a.sum(axes).shape == n.shape and close(a.sum(axes), n):
            return "not summed", f"over axes {axes}"
    for axes in groups(dy.ndim):
        if any(close(np.squeeze(a), np.squeeze(f(axes))) for f in (dy.sum, dy.mean)):
            return "wrong axis", f"summed over axes {axes} of dy"
    if a.size < n.size and any(close(np.squeeze(a), np.squeeze(n.sum(axes))) for axes in groups(n.ndim)):
        return "wrong axis", "summed too far"
    return "shape", f"{a.shape}, should be {n.shape}"


def groups(ndim):
    """Every set of axes, small ones first."""
    return [axes for r in range(1, ndim + 1) for axes in itertools.combinations(range(ndim), r)]
