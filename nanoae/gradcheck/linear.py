"""Is forward linear in an input? Then the dot test holds for it, to rounding: <A u, dy> = <u, A' dy>."""
import numpy as np

SLACK = 64    # roundings


def dot_error(function, i, dy, analytic):
    """The gap of the dot test, relative to |A u| |dy| + |u| |A' dy|; None where forward is not linear in input i.

    A u is had from forward itself: y(x + u) - y(x), so a bias may stay in.
    """
    rng = np.random.default_rng((0xD07, i))
    x = function.inputs[i]

    def moved(u):
        return function.y([x + u if k == i else value for k, value in enumerate(function.inputs)])

    u = rng.standard_normal(x.shape) * max(1.0, float(np.max(np.abs(x), initial=0)))
    try:
        y, ahead, behind, far = moved(0 * u), moved(u), moved(-u), moved(3 * u)
    except Exception:    # the user's code, at values that it may not accept
        return None
    if not y.shape == ahead.shape == behind.shape == far.shape or not y.size or not x.size:
        return None
    top = max(np.max(np.abs(one)) for one in (y, ahead, behind, far))
    if not np.isfinite(top):
        return None
    rounding = SLACK * np.finfo(y.dtype).eps * top
    bends = max(np.max(np.abs(ahead - 2 * y + behind)), np.max(np.abs(far - y - 3 * (ahead - y))))
    if not bends <= rounding:
        return None
    Au = (ahead - behind) / 2
    size = np.linalg.norm(Au) * np.linalg.norm(dy) + np.linalg.norm(u) * np.linalg.norm(analytic)
    return float(abs(np.sum(Au * dy) - np.sum(u * analytic)) / size) if size > 0 else None
