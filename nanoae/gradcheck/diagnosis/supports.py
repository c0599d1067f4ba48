"""Where the two Jacobians are 0: masks, contributions left out, entries that take part and should not."""
import numpy as np

from .points import close, live
from .shapes import groups


def supports(points, i):
    _, _, equal, both, dropped = compared(points[0].A(i), points[0].N(i))
    if not dropped and both and not equal:
        return wrong_axis(points, i)
    extra, lost, equal, both, dropped = (np.array(flag) for flag in zip(*(
        compared(p.A(i), p.N(i)) for p in points), strict=True))
    if np.all(dropped) and np.any(lost):
        return left_out(points, i)
    if np.all(equal) and np.any(extra) and not np.any(lost) and np.all(both):
        one_entry = all(np.all(np.count_nonzero(live(p.N(i)), 1) <= 1) and np.all(
            np.count_nonzero(live(p.A(i)), 0) <= 1) for p in points)    # a choice among entries that belong together
        return ("mask missing", "") if one_entry else (
            "contributions too many", "entries that do not take part get a gradient")
    if np.any(extra) and not np.any(both) and (points[0].y.ndim > 2 or all(
            np.all(live(p.A(i)).any(1) ^ live(p.N(i)).any(1)) for p in points)):
        return "mask inverted", "what should get a gradient gets none, and the other way round"
    return wrong_axis(points, i)


def wrong_entry(points, i):
    if all(one_each(p.A(i)) and one_each(p.N(i)) and close(p.A(i).sum(1), p.N(i).sum(1)) for p in points):
        return "wrong entry", "each dy goes to one entry, but another one"
    return None


def compared(A, N):
    """(entries too many, entries lost, equal where both are, any of both, A is N with entries left out)"""
    a, n = live(A), live(N)
    equal = np.abs(A - N) <= 1e-6 * np.max(np.abs(N), initial=0)
    return np.any(a & ~n), np.any(n & ~a), np.all(equal[a & n]), np.any(a & n), np.all(equal | ~a)


def one_each(J):
    return bool(np.all(np.count_nonzero(live(J), 1) == 1))


def wrong_axis(points, i):
    if points[0].y.shape != points[0].x(i).shape:
        return None
    a, n = (coupled(J, points[0].y.shape) for J in (points[0].A(i), points[0].N(i)))
    if a and n and not a & n and all(p.y.shape == p.x(i).shape and coupled(p.A(i), p.y.shape) == a
                                     and coupled(p.N(i), p.y.shape) == n for p in points):
        return "wrong axis", f"backward mixes entries along axes {sorted(a)}, forward along {sorted(n)}"
    return None


def coupled(J, shape):
    """The axes along which one entry of y depends on other entries of x."""
    at = np.argwhere(live(J).reshape(shape + shape))
    return {k for k in range(len(shape)) if np.any(at[:, k] != at[:, k + len(shape)])}


def left_out(points, i):
    """Backward's Jacobian is the numeric one with entries left out: which?"""
    several = any(np.any(np.count_nonzero(live(p.N(i)), 0) > 1) for p in points)
    for axes in groups(points[0].y.ndim) if several else ():
        for last in (True, False):
            if all(only(p, i, axes, last) for p in points):
                return ("overwritten", f"only the last contribution along axes {axes} of y is kept: = where += is meant"
                        ) if last else ("contributions missing", f"only the first along axes {axes} of y counts")
    return "contributions missing", lost_entries(points[0], i)


def only(p, i, axes, last):
    """Is A equal to N on the last contribution along these axes, and 0 on the others?"""
    A, N = p.A(i), p.N(i)
    order = np.zeros(p.y.shape, int)
    for k in axes:
        order = order * p.y.shape[k] + np.arange(p.y.shape[k]).reshape([-1 if m == k else 1 for m in range(p.y.ndim)])
    rank = np.where(live(N), order.ravel()[:, None], -1 if last else 10 ** 9)
    pick = live(N) & (rank == (rank.max(0) if last else rank.min(0)))
    return close(A, np.where(pick, N, 0))


def lost_entries(p, i):
    """Which, at the inputs that people gave: those off the diagonal, or the entries of the input, unless it is all."""
    if p.y.shape == p.x(i).shape and not coupled(p.A(i), p.y.shape):
        return f"only y's own entry of x counts, and forward mixes them along axes {sorted(coupled(p.N(i), p.y.shape))}"
    lost = ((np.abs(p.A(i)) < 1e-12) & (np.abs(p.N(i)) > 1e-8)).any(0).reshape(p.x(i).shape)
    at = np.argwhere(lost if not lost.all() else np.zeros_like(lost))
    places = (f"axis {k}: {sorted(set(at[:, k].tolist()))}" for k in range(at.shape[1]))
    return "at " + ", ".join(places) if at.size else ""
