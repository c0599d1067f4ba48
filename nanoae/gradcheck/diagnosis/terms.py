"""backward minus numeric along groups of axes: one-hot, mean, variance and coupling terms, penalties."""
import numpy as np

from .factors import factor, named
from .mutations import standard
from .shapes import groups

LOST = {("mean",): "mean term missing", ("variance",): "variance term missing",
        ("mean", "variance"): "mean and variance terms missing"}


def one_hot(points, i):
    if points[0].x(i).ndim >= 2 and all(one_in_each_row(p.a[i] - p.n(i)) for p in points):
        return "one-hot missing", "backward minus numeric is one number in each row"
    return None


def one_in_each_row(gap):
    present = np.abs(gap) > 1e-7 * np.max(np.abs(gap))
    values = np.abs(gap[present])
    return any(gap.shape[axis] > 2 and np.all(present.sum(axis) == 1) and np.ptp(values) < 1e-5 * np.max(values)
               for axis in range(1, gap.ndim))


def penalty(points, i):
    """A term proportional to an input is missing from a loss's gradient, or has another factor."""
    p0 = points[0]
    if p0.y.ndim:
        return None
    for j in p0.checked:
        if p0.x(j).shape != p0.x(i).shape:
            continue
        found = [factor((p.a[i] - p.n(i)) / p.dy, p.x(j)) for p in points]
        if all(c is not None for c in found) and named(found, points, i):
            return ("penalty term wrong" if j == i else "term wrong",
                    f"numeric minus backward is {-found[0]:.4g} times {p0.names[j]}")
    return None


def coupling(points, i):
    """Off its diagonal each group's Jacobian is p_s + q_s b_t: are p and q both there?"""
    for axes in groups(points[0].y.ndim) if points[0].y.shape == points[0].x(i).shape else ():
        for bases in (("coupling y",), ("coupling x",), ("mean",), ("mean", "variance")):
            found = []
            for p in points:
                if np.prod([p.y.shape[k] for k in axes]) >= 4:
                    found.append(term_weights(p, i, axes, bases))
                    if found[-1] is None:
                        break
            if len(found) < 3 or found[-1] is None:
                continue
            w = found[0]
            if not all(np.allclose(w, other, atol=1e-4) for other in found) or np.allclose(w, 1, atol=1e-5):
                continue
            wrong = [f"{base} term times {q:.4g}" for base, q in zip(bases, w, strict=True)
                     if abs(q) >= 1e-5 and abs(q - 1) > 1e-5]
            if wrong:
                return "wrong factor in a term", ", ".join(wrong)
            lost = tuple(base for base, q in zip(bases, w, strict=True) if abs(q) < 1e-5)
            return LOST.get(lost, "coupling term missing"), f"over axes {axes}"
    return None


def term_weights(p, i, axes, bases):
    """How much of each base's term backward has, 1 where all of it; None where the Jacobians are of another form."""
    if p.y.shape != p.x(i).shape:
        return None
    order = [k for k in range(p.y.ndim) if k not in axes] + list(axes)
    m = int(np.prod([p.y.shape[k] for k in axes]))
    A, N = blocks(p.A(i), p.y.shape, order, m), blocks(p.N(i), p.y.shape, order, m)
    if A is None or N is None:
        return None
    made = {"mean": lambda: np.ones(p.y.shape), "variance": lambda: standard(p.x(i), axes), "coupling y": lambda: p.y,
            "coupling x": lambda: p.x(i)}
    B = [made[base]().transpose(order).reshape(-1, m) for base in bases]
    scale, weights = max(np.max(np.abs(N)), 1e-300), []
    for k in range(len(N)):
        for s in range(m):
            here = ratios(A[k, s], N[k, s], np.array([b[k] for b in B]), s, scale)
            if here is None:
                return None
            weights.append(here)
    table = np.array(weights)
    if np.any(np.all(np.isnan(table), 0)):
        return None
    w = np.nanmedian(table, 0)
    return w if np.nanmax(np.abs(table - w)) < 1e-3 else None


def blocks(J, shape, order, m):
    """(groups, m, m): the Jacobian within each group; None where groups depend on one another."""
    ndim = len(shape)
    J = J.reshape(shape + shape).transpose(order + [k + ndim for k in order])
    J = J.reshape(J.size // (m * m) and int(np.prod([shape[k] for k in order])) // m, m, -1, m)
    g = len(J)
    inside = J[np.arange(g), :, np.arange(g), :]
    apart = J * (1 - np.eye(g))[:, None, :, None]
    return None if np.max(np.abs(apart), initial=0) > 1e-7 * np.max(np.abs(J)) else inside


def ratios(a, n, B, s, scale):
    """Least squares of both rows s on the bases, off the diagonal; the diagonal's rest must be equal."""
    keep = np.arange(len(n)) != s
    fits = []
    for row in (n, a):
        q, *_ = np.linalg.lstsq(B[:, keep].T, row[keep], rcond=None)
        if np.max(np.abs(B[:, keep].T @ q - row[keep])) > 1e-5 * scale:
            return None
        fits.append(q)
    if abs((n[s] - B[:, s] @ fits[0]) - (a[s] - B[:, s] @ fits[1])) > 1e-5 * scale:
        return None
    return [x / y if abs(y) > 1e-3 * scale else np.nan for x, y in zip(fits[1], fits[0], strict=True)]
