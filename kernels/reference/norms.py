"""Euclidean norms of the pieces of a flat vector."""
import math


def norms(vector, bounds, out, ws=None):
    for k in range(len(out)):
        total = 0.0
        for i in range(bounds[k], bounds[k + 1]):
            total += float(vector[i]) * float(vector[i])
        out[k] = math.sqrt(total)    # out[k] = |vector[bounds[k]:bounds[k + 1]]|
