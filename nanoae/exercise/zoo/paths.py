"""Layers with more than one path from input to output: residual, tied weights, softmax, attention."""
import numpy as np


def residual(x, W):
    return x + np.maximum(x @ W, 0)


def residual_backward(dy, x, W):
    dz = dy * (x @ W > 0)
    dx = dy + dz @ W.T
    return dx, x.T @ dz


def tied(x, W):
    h = np.tanh(x @ W)
    return h @ W.T


def tied_backward(dy, x, W):
    h = np.tanh(x @ W)
    dz = dy @ W * (1 - h ** 2)
    dW = x.T @ dz + dy.T @ h
    return dz @ W.T, dW


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_backward(dp, z):
    p = softmax(z)
    return p * (dp - (dp * p).sum(axis=1, keepdims=True))


def unit(x):
    r = np.sqrt((x ** 2).sum(axis=1, keepdims=True))
    return x / r


def unit_backward(dy, x):
    r = np.sqrt((x ** 2).sum(axis=1, keepdims=True))
    y = x / r
    return (dy - y * (dy * y).sum(axis=1, keepdims=True)) / r


def example(name):
    rng = np.random.default_rng(10)
    x = rng.standard_normal((5, 4))
    return {"residual": (x, rng.standard_normal((4, 4))), "tied": (x, rng.standard_normal((4, 3))), "softmax": (x,),
            "unit": (x,)}[name]


PAIRS = ("residual", "tied", "softmax", "unit")
BUGS = (
    ("residual", "skip forgotten", "dx = dy + dz @ W.T", "dx = dz @ W.T", "path missing"),
    ("residual", "skip twice", "dx = dy + dz @ W.T", "dx = 2 * dy + dz @ W.T", "wrong factor in a path"),
    ("residual", "branch forgotten", "dx = dy + dz @ W.T", "dx = 1.0 * dy", "path missing"),
    ("residual", "mask missing", "dz = dy * (x @ W > 0)", "dz = dy", "mask missing"),
    ("residual", "W not transposed", "dz @ W.T", "dz @ W", "operand transposed"),
    ("tied", "encoder forgotten", "x.T @ dz + dy.T @ h", "dy.T @ h", "path missing"),
    ("tied", "decoder forgotten", "x.T @ dz + dy.T @ h", "x.T @ dz", "path missing"),
    ("tied", "derivative missing", "dy @ W * (1 - h ** 2)", "dy @ W", "derivative missing"),
    ("softmax", "sum term missing", "p * (dp - (dp * p).sum(axis=1, keepdims=True))", "p * dp", "coupling term missing",
     "path missing"),
    ("softmax", "diagonal alone", "p * (dp - (dp * p).sum(axis=1, keepdims=True))", "dp * p * (1 - p)",
     "coupling term missing", "contributions missing"),
    ("softmax", "sum term added", "(dp - (dp * p)", "(dp + (dp * p)", "wrong factor in a term",
     "wrong factor in a path"),
    ("unit", "length constant", "(dy - y * (dy * y).sum(axis=1, keepdims=True)) / r", "dy / r", "coupling term missing",
     "path missing"),
    ("unit", "second term added", "(dy - y *", "(dy + y *", "wrong factor in a term", "wrong factor in a path"),
    ("unit", "not divided", "keepdims=True)) / r", "keepdims=True))", "factor missing", "extra factor",
     "wrong variable"),    # the derivative at the output, whose length is 1, is the same
)
