"""Sigmoid neurons, y = sigmoid(x W + b), as (out, cache) functions."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, W, b):
    z = x @ W + b
    out = sigmoid(z)
    return out, (x, W, z, out)


def backward(dout, cache):
    x, W, z, out = cache    # noqa: RUF059  mistakes use z
    dz = dout * out * (1 - out)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)


def example():
    rng = np.random.default_rng(3)
    return rng.standard_normal((5, 4)), rng.standard_normal((4, 3)), rng.standard_normal(3)


RIGHT = "dz = dout * out * (1 - out)"
BUGS = (
    ("derivative missing", RIGHT, "dz = 1.0 * dout", "derivative missing"),
    ("one factor of two", RIGHT, "dz = dout * (1 - out)", "part of a derivative missing"),
    ("the other factor of two", RIGHT, "dz = dout * out", "part of a derivative missing"),
    ("formula at z", RIGHT, "dz = dout * z * (1 - z)", "wrong variable"),
    ("derivative at the output", RIGHT, "dz = dout * sigmoid(out) * (1 - sigmoid(out))", "wrong variable"),
    ("derivative twice", RIGHT, "dz = dout * (out * (1 - out)) ** 2", "derivative twice"),
    ("sign of the derivative", RIGHT, "dz = dout * out * (out - 1)", "factor -1"),
    ("averaged", "x.T @ dz, dz.sum(axis=0)", "x.T @ dz / len(x), dz.mean(axis=0)", "factor 1/N"),
    ("db of dout", "dz.sum(axis=0)", "dout.sum(axis=0)", "derivative missing"),
    ("dW of dout", "x.T @ dz", "x.T @ dout", "derivative missing"),
)
