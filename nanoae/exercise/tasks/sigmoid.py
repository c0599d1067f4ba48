"""The sigmoid, y = 1 / (1 + exp(-x)).

Its derivative is short when it is written with y.
"""
import numpy as np

EXERCISE = "sigmoid"


def forward(x):
    """x of any shape -> y of the same."""
    return 1 / (1 + np.exp(-x))


def backward(dy, x):
    """dy as y -> dx as x."""
    y = forward(x)
    # your turn
    dx = dy * y * (1 - y)
    # end of your turn
    return dx


def example():
    return (np.random.default_rng(3).standard_normal((4, 5)),)
