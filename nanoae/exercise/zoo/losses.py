"""Losses that return their value and its gradient, and two as pairs of functions."""
import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(z, labels):
    p = softmax(z)
    n = np.arange(len(z))
    dz = p.copy()
    dz[n, labels] -= 1
    return -np.log(p[n, labels]).mean(), dz / len(z)


def mse(y, t):
    return np.mean((y - t) ** 2)


def mse_backward(dloss, y, t):
    d = dloss * 2 * (y - t) / y.size
    return d, -d


def ridge(w, x, t, c):
    return np.mean((x @ w - t) ** 2) + c * np.sum(w ** 2)


def ridge_backward(dloss, w, x, t, c):
    return dloss * (2 * x.T @ (x @ w - t) / len(x) + 2 * c * w), None, None, None


def example(name):
    rng = np.random.default_rng(8)
    x, y = rng.standard_normal((5, 4)), rng.standard_normal((5, 4))
    return {"cross_entropy": (x, np.array([0, 3, 1, 1, 2])), "mse": (x, y),
            "ridge": (rng.standard_normal(4), x, rng.standard_normal(5), 0.3)}[name]


PAIRS = ("cross_entropy", "mse", "ridge")
BUGS = (
    ("cross_entropy", "one-hot missing", "dz[n, labels] -= 1", "dz[n, labels] -= 0", "one-hot missing"),
    ("cross_entropy", "not averaged", "dz / len(z)", "dz", "factor N"),
    ("cross_entropy", "sign", "dz / len(z)", "-dz / len(z)", "factor -1"),
    ("cross_entropy", "averaged over classes too", "dz / len(z)", "dz / z.size", "factor 1/axis 1 of x"),
    ("mse", "2 missing", "dloss * 2 * (y - t)", "dloss * (y - t)", "factor 1/2"),
    ("mse", "averaged over samples alone", "/ y.size", "/ len(y)", "factor size / N", "factor axis 1 of x"),
    ("mse", "not averaged", " / y.size", "", "factor size"),
    ("mse", "sign", "2 * (y - t)", "2 * (t - y)", "factor -1"),
    ("mse", "target's sign", "return d, -d", "return d, d", "factor -1"),
    ("mse", "upstream ignored", "dloss * 2 *", "2 *", "upstream ignored"),
    ("ridge", "penalty forgotten", " + 2 * c * w", "", "penalty term wrong", "path missing"),
    ("ridge", "penalty without its 2", "+ 2 * c * w", "+ c * w", "penalty term wrong", "wrong factor in a path"),
    ("ridge", "penalty subtracted", "+ 2 * c * w", "- 2 * c * w", "penalty term wrong", "wrong factor in a path"),
    ("ridge", "error forgotten", "(2 * x.T @ (x @ w - t) / len(x) + 2 * c * w)", "(2 * c * w)", "path missing"),
)
