"""A linear layer, y = x W' + b.

Every sample uses the same W and b: what does that mean for their gradients?
"""
import numpy as np

EXERCISE = "linear"


def forward(x, W, b):
    """x (n, d), W (m, d), b (m) -> y (n, m)."""
    return x @ W.T + b


def backward(dy, x, W, b):
    """dy (n, m) -> dx (n, d), dW (m, d), db (m)."""
    # your turn
    dx = dy @ W
    dW = dy.T @ x
    db = dy.sum(axis=0)
    # end of your turn
    return dx, dW, db


def example():
    rng = np.random.default_rng(1)
    return rng.standard_normal((5, 4)), rng.standard_normal((3, 4)), rng.standard_normal(3)
