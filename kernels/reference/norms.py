"""Lengths and products of flat vectors, in float64."""
import math


def norms(vector, bounds, out, ws=None):
    for k in range(len(out)):
        total = 0.0
        for i in range(bounds[k], bounds[k + 1]):
            total += float(vector[i]) * float(vector[i])
        out[k] = math.sqrt(total)    # out[k] = |vector[bounds[k]:bounds[k + 1]]|


def dot(a, b, out, ws=None):
    """out = sum of a b"""
    out[...] = 0
    for i in range(len(a)):
        out += float(a[i]) * float(b[i])


def accumulate(value, out):
    """out = out + value, one number each"""
    out += value
