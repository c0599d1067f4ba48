"""Euclidean norms of the pieces of a flat vector, in float64.

    for some runs of the vector                                                            in parallel
        for every piece in it: four vectors of sums, in registers; then what is left over, number by number
    the runs' sums are added up in their order
"""
import numpy as np
from llvmlite import ir
from numba import prange, types

from ..numpy.scratch import fresh
from .compiled import compiled, inlined
from .emitter import Emitter, intrinsic
from .host import BYTES

SUMS = 4    # vectors side by side
RUNS = 8    # of the vector: a thread reads what the optimizer left in its own cache


@intrinsic
def squares(typing, vector, begin, rounds):
    """The sum of the squares of `rounds` times SUMS vectors, from place `begin`."""
    def generate(context, builder, signature, args):
        e = Emitter(context, builder, vector.dtype)
        V, double = e.pointer(signature.args[0], args[0]), ir.VectorType(ir.DoubleType(), e.width)

        def one_round(_, state):
            at, *sums = state
            for k in range(SUMS):
                x = e.load(V, e.add(at, k * e.width))
                x = x if x.type == double else builder.fpext(x, double)
                sums[k] = builder.fadd(sums[k], builder.fmul(x, x))
            return [e.add(at, SUMS * e.width), *sums]

        zero = ir.Constant(double, [0.0] * e.width)
        _, *sums = e.loop(args[2], [args[1], *[zero] * SUMS], one_round)
        lanes = [builder.extract_element(one, e.int(lane)) for one in sums for lane in range(e.width)]
        total = lanes[0]
        for lane in lanes[1:]:
            total = builder.fadd(total, lane)
        return total

    return types.float64(vector, types.int64, types.int64), generate


@inlined
def sum_of_squares(vector, begin, end):
    wide = SUMS * (BYTES // vector.itemsize)
    rounds = max(0, end - begin) // wide
    total = squares(vector, begin, rounds)
    for i in range(begin + rounds * wide, end):
        total += np.float64(vector[i]) * np.float64(vector[i])
    return total


@compiled
def lengths(vector, bounds, partial, out):
    runs = len(partial)
    for run in prange(runs):
        first, stop = vector.size * run // runs, vector.size * (run + 1) // runs
        for k in range(out.size):
            partial[run, k] = sum_of_squares(vector, max(first, bounds[k]), min(stop, bounds[k + 1]))
    for k in range(out.size):
        total = 0.0
        for run in range(runs):
            total += partial[run, k]
        out[k] = np.sqrt(total)


def norms(vector, bounds, out, ws=fresh):
    lengths(vector, bounds, ws((RUNS, out.size), np.float64), out)
