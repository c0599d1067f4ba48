"""Softmax and cross-entropy in one: -mean log p[label], p = softmax(logits).

The two derivatives together are simpler than either.
"""
import numpy as np

EXERCISE = "cross_entropy"


def forward(logits, labels):
    """logits (n, k), labels (n) whole numbers -> a number."""
    z = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels])


def backward(dloss, logits, labels):
    """dloss, a number -> the gradient of the logits (n, k); labels have none."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    # your turn
    p[np.arange(len(p)), labels] -= 1
    dlogits = dloss * p / len(p)
    # end of your turn
    return dlogits, None


def example():
    return np.random.default_rng(6).standard_normal((5, 4)), np.array([0, 3, 1, 1, 2])
