"""Gradient clipping by norm (Pascanu, Mikolov and Bengio 2013, algorithm 1)."""


def clip_by_norm(grad, max_norm):
    """Scales the flat vector `grad` in place to a Euclidean norm of at most max_norm; returns the norm it had.

    >>> import numpy as np
    >>> g = np.array([3.0, 4.0])
    >>> float(clip_by_norm(g, 1.0)), g.round(6).tolist()
    (5.0, [0.6, 0.8])
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm is positive; got {max_norm!r}")
    norm = (grad @ grad) ** 0.5
    if norm > max_norm:
        grad *= max_norm / norm
    return norm
