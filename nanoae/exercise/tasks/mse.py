"""The mean squared error over all entries, mean (y - t)^2.

How many entries is the mean taken over? The target t has a gradient, too.
"""
import numpy as np

EXERCISE = "mse"


def forward(y, t):
    """y, t (n, d) -> a number."""
    return np.mean((y - t) ** 2)


def backward(dloss, y, t):
    """dloss, a number -> dy, dt (n, d)."""
    # your turn
    dy = dloss * 2 * (y - t) / y.size
    dt = -dy
    # end of your turn
    return dy, dt


def example():
    rng = np.random.default_rng(4)
    return rng.standard_normal((5, 3)), rng.standard_normal((5, 3))
