"""Forward's derivative replayed with one named mistake: times a factor, in dy, in the result, in another's place."""
import numpy as np

from .factors import factor, proportional
from .mutations import of_dy, of_dy_bent, of_result
from .points import close


def bent(points, i):
    """Mistakes that make backward no linear function of dy."""
    if all(p.y.shape == p.x(i).shape for p in points):
        for detail, f in (("dy > 0", lambda d: d * (d > 0)), ("dy < 0", lambda d: d * (d < 0)), ("|dy|", np.abs)):
            if proportional(points, i, lambda p, f=f: f(p.dy), loose=True) is not None:
                return "mask from dy", detail
    return replayed_dy(points, i, of_dy_bent)


def plain(points, i):
    """The zero gradient, and the right one times a factor."""
    if all(not np.any(p.a[i]) for p in points):
        return "zero gradient", ""
    hit = proportional(points, i, lambda p: p.n(i), loose=True)
    return hit if hit and hit[0] else None


def replayed_dy(points, i, mutations=of_dy):
    for name, detail, f in mutations(points[0]):
        hit = proportional(points, i, lambda p, f=f: p.n(i, f(p.dy)))
        if hit is not None:
            return name, with_factor(detail, hit)
    return None


def with_factor(detail, hit):
    return f"{detail}, and {hit[0]}" if hit[0] else detail


def swapped(points, i):
    """Two gradients in each other's place."""
    p = points[0]
    for j in p.checked:
        if j != i and p.a[j] is not None and p.x(j).shape == p.x(i).shape and all(
                close(q.a[i], q.n(j)) and close(q.a[j], q.n(i)) and not close(q.a[i], q.n(i)) for q in points):
            return "gradients swapped", f"this is the gradient of {p.names[j]}"
    return None


def of_another(points, i):
    for j in points[0].checked:
        if j != i and all(p.x(j).shape == p.x(i).shape and close(p.a[i], p.n(j)) for p in points):
            return "gradient of another input", points[0].names[j]
    return None


def replayed_result(points, i):
    for name, detail, f in of_result(points[0], i):
        hit = proportional(points, i, lambda p, f=f: f(p.n(i)))
        if hit is not None:
            return name, with_factor(detail, hit)
    return None


def turned(points, i):
    if all(p.y.shape == p.x(i).shape and close(p.A(i), p.N(i).T) and factor(p.A(i), p.N(i)) is None for p in points):
        return "Jacobian transposed", "backward multiplies by the Jacobian where its transpose is meant"
    return None
