"""The two Jacobians entry by entry: every output's row, or every entry's column, times a factor that has a name."""
import numpy as np

from .atoms import match
from .paths import paths
from .points import close


def by_factor(points, i):
    for rows in (True, False):
        found = points.each(lambda p, rows=rows: along_rows(p.A(i), p.N(i)) if rows else along_rows(p.A(i).T, p.N(i).T))
        if found is None:
            continue
        hit = match(found, points, [p.y.shape if rows else p.x(i).shape for p in points])
        if hit:    # an extra derivative may be a known one taken twice, at a line
            return (hit[0] == "derivative" and hit[2] == 1 and paths(points, i)) or said(*hit)
        hit = weights(found, points) if rows else None
        if hit:
            return hit
    return None


def said(kind, text, power):
    """The mistake's name for a factor made of an atom to a power."""
    if kind == "pair":
        return "wrong variable", text
    if kind == "derivative" and power == -1:
        return "derivative missing", text
    if kind == "part" and power == -1:
        return "part of a derivative missing", text
    if abs(power) == 2:
        return ("factor missing" if power < 0 else "extra factor",
                f"({text})^2: divided where multiplied is meant, or the other way round")
    return "factor missing" if power == -1 else "extra factor", text


def along_rows(A, N):
    """c of each row with A = c N (nan where N's row is 0), or None."""
    size, top = np.sum(N * N, 1), np.max(np.abs(N), initial=0)
    present = size > (1e-7 * top) ** 2
    with np.errstate(all="ignore"):
        c = np.where(present, np.sum(A * N, 1) / np.where(present, size, 1), np.nan)
    beside = np.any(np.abs(A[~present]) > 1e-6 * max(top, np.max(np.abs(A), initial=0)))
    return c if close(A[present], c[present, None] * N[present]) and not beside else None


def weights(found, points):
    """Outputs counted with weights 0 and 1: only the last, or the first, along an axis."""
    if not all(np.all(np.isin(np.round(c[np.isfinite(c)], 6), (0, 1))) for c in found):
        return None
    for axis in range(points[0].y.ndim):
        for text, index in (("last", -1), ("first", 0)):
            if all(none_but(c.reshape(p.y.shape), axis, index) for c, p in zip(found, points, strict=True)):
                return ("one sample only" if axis == 0 else "one position only",
                        f"the {text} along axis {axis} of y")
    return None


def none_but(c, axis, index):
    c = np.moveaxis(c, axis, 0)
    rest = np.delete(c, index % len(c), 0)
    return len(c) > 1 and bool(np.all(np.nan_to_num(c[index], nan=1) == 1) and np.all(np.nan_to_num(rest, nan=0) == 0))
