"""The dot product by the rung's own kernel: NumPy's `@` wakes the matrix library's threads, CuPy's needs a library that
no graph may hold."""
import numpy as np


def dot(part, a, b):
    """a . b of two flat vectors of the part's rung, summed in float64; a number, which the host waits for."""
    out = part.xp.zeros((), np.float64)
    part.kernels.dot(a, b, out=out)
    return float(out)
