"""Lengths and products of flat vectors; not by `@`, which would wake the matrix library's threads."""
from itertools import pairwise

import numpy as np


def norms(vector, bounds, out, ws=None):
    for k, (start, stop) in enumerate(pairwise(bounds)):
        out[k] = np.sqrt(np.einsum("i,i", vector[start:stop], vector[start:stop], dtype=np.float64))


def dot(a, b, out, ws=None):
    out[...] = np.einsum("i,i", a, b, dtype=np.float64)


def accumulate(value, out):
    out += value
