"""The rectifier, y = max(x, 0).

Whose sign decides what passes?
"""
import numpy as np

EXERCISE = "relu"


def forward(x):
    """x of any shape -> y of the same."""
    return np.maximum(x, 0)


def backward(dy, x):
    """dy as y -> dx as x."""
    # your turn
    dx = dy * (x > 0)
    # end of your turn
    return dx


def example():
    return (np.random.default_rng(2).standard_normal((4, 5)),)
