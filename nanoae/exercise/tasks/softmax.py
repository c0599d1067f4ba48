"""Softmax along each row, y = exp(x) / sum exp(x).

Every output depends on every input of its row.
"""
import numpy as np

EXERCISE = "softmax"


def forward(x):
    """x (n, k) -> y (n, k), rows that add up to 1."""
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def backward(dy, x):
    """dy (n, k) -> dx (n, k)."""
    y = forward(x)
    # your turn
    dx = y * (dy - (dy * y).sum(axis=1, keepdims=True))
    # end of your turn
    return dx


def example():
    return (np.random.default_rng(5).standard_normal((5, 4)),)
