"""The divergence of N(mean, exp(logvar)) from N(0, 1): 0.5 sum (mean^2 + exp(logvar) - 1 - logvar).

A sum over the batch, not a mean.
"""
import numpy as np

EXERCISE = "kl"


def forward(mean, logvar):
    """Two arrays (n, d) -> a number."""
    return 0.5 * np.sum(mean ** 2 + np.exp(logvar) - 1 - logvar)


def backward(dloss, mean, logvar):
    """dloss, a number -> dmean, dlogvar (n, d)."""
    # your turn
    dmean = dloss * mean
    dlogvar = dloss * (np.exp(logvar) - 1) / 2
    # end of your turn
    return dmean, dlogvar


def example():
    rng = np.random.default_rng(13)
    return rng.standard_normal((5, 3)), 0.5 * rng.standard_normal((5, 3))
