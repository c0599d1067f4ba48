"""Functions of single entries: the derivatives themselves, side by side."""
import numpy as np

from .entries import by_factor
from .factors import factor
from .points import close


def elementwise(points, i):
    """(name, detail) where both Jacobians are diagonal."""
    pairs = points.each(lambda p: diagonals(p, i))
    if pairs is None:
        return None
    a, n, x, y = (np.concatenate([pair[k] for pair in pairs]) for k in range(4))
    top = np.max(np.abs(n))
    if np.ptp(a) < 1e-9 * abs(a[0]) and a[0]:    # dy passes as it is, or times a number
        zero = np.abs(n) < 1e-8 * top
        if np.all(zero | (np.abs(np.abs(n) - top) < 1e-8 * top)) and np.any(zero):
            return "mask missing", ""
        if abs(abs(a[0]) - 1) < 1e-9 and np.ptp(n) > 1e-3 * top:
            hit = by_factor(points, i)
            return hit if hit and hit[0] == "factor missing" else ("derivative missing", "dy passes as it is")
    if close(a, n * n) and not close(a, n):
        return "derivative twice", ""
    return masks(a, n) or polynomial(a, n, x, y)


def diagonals(p, i):
    """(backward's, numeric diagonal, input, output) or None where anything stands off the diagonals."""
    if p.y.shape != p.x(i).shape or p.y.size < 3:
        return None
    A, N = p.A(i), p.N(i)
    for J in (A, N):
        if np.max(np.abs(J - np.diag(np.diag(J)))) > 1e-9 * np.max(np.abs(J)):
            return None
    return np.diag(A), np.diag(N), p.x(i).ravel(), p.y.ravel()


def masks(a, n):
    """Which entries let dy through?"""
    a0, n0 = np.abs(a) < 1e-8 * np.max(np.abs(a)), np.abs(n) < 1e-8 * np.max(np.abs(n))
    if not np.any(n0) or np.array_equal(a0, n0):
        return None
    if np.all(a0 | n0) and np.mean(a0 & n0) < 0.1:
        return "mask inverted", ""
    if not np.any(a0 & ~n0) and close(a[~n0], n[~n0]):
        return "mask missing", ""
    if close(a[~a0 & ~n0], n[~a0 & ~n0]):
        return "wrong mask", "right where both let dy through"
    return None


def polynomial(a, n, x, y):
    """A derivative that is a polynomial of the output (y - y^2, 1 - y^2), taken in part or at the input."""
    if not all(np.all(np.isfinite(v)) for v in (a, n, x, y)) or np.ptp(y) < 1e-9:
        return None
    for degree in (2, 3):
        fit = np.polyfit(y, n, degree)
        if y.size <= 3 * degree or not close(np.polyval(fit, y), n):
            continue
        if close(np.polyval(fit, x), a):
            return "wrong variable", "a formula for the output applied to the input"
        if not np.any(np.abs(fit[:-1]) > 1e-6):
            return None
        for root in np.roots(fit[np.argmax(np.abs(fit) > 1e-6):]):
            c = factor(a, y - root.real) if abs(root.imag) < 1e-6 else None
            if c is not None and abs(abs(c) - 1) < 3e-4:
                return "part of a derivative missing", f"only y - {root.real:.3g} of it is there"
        for v, text in ((x, "input"), (y, "output")):
            c = factor(a, v)
            if c is not None and abs(c - 1) < 1e-6:
                return "part of a derivative missing", f"only the {text} itself"
        return None
    return None
