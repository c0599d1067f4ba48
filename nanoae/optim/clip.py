"""Gradient clipping by norm (Pascanu, Mikolov and Bengio 2013, algorithm 1)."""
import numpy as np


def clip_by_norm(grad, max_norm):
    """Scales the flat vector `grad` in place to a Euclidean norm of at most max_norm; returns the norm it had.

    >>> g = np.array([3.0, 4.0])
    >>> float(clip_by_norm(g, 1.0)), g.round(6).tolist()
    (5.0, [0.6, 0.8])
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm is positive; got {max_norm!r}")
    norm = np.sqrt(np.sum(np.square(grad), dtype=np.float64))
    grad *= np.fmin(1, max_norm / np.maximum(norm, np.finfo(float).tiny))    # no look at the norm from the host
    return norm
