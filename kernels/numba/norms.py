"""Lengths and products of flat vectors, in float64. Of the pieces of a vector:

    for some runs of the vector                                                            in parallel
        for every piece in it: four vectors of sums, in registers; then what is left over, number by number
    the runs' sums are added up in their order
"""
import numpy as np
from llvmlite import ir
from numba import prange, types

from ..numpy.scratch import fresh
from .compiled import compiled, inlined, short
from .emitter import Emitter, intrinsic
from .host import BYTES

SUMS = 4    # vectors side by side
RUNS = 8    # of the vector: a thread reads what the optimizer left in its own cache


@intrinsic
def products(typing, a, b, begin, rounds):
    """The sum of a[i] b[i] over `rounds` times SUMS vectors, from place `begin`."""
    def generate(context, builder, signature, args):
        e = Emitter(context, builder, a.dtype)
        A, B = (e.pointer(signature.args[k], args[k]) for k in range(2))
        double = ir.VectorType(ir.DoubleType(), e.width)

        def loaded(pointer, at):
            x = e.load(pointer, at)
            return x if x.type == double else builder.fpext(x, double)

        def one_round(_, state):
            at, *sums = state
            for k in range(SUMS):
                here = e.add(at, k * e.width)
                sums[k] = builder.fadd(sums[k], builder.fmul(loaded(A, here), loaded(B, here)))
            return [e.add(at, SUMS * e.width), *sums]

        zero = ir.Constant(double, [0.0] * e.width)
        _, *sums = e.loop(args[3], [args[2], *[zero] * SUMS], one_round)
        lanes = [builder.extract_element(one, e.int(lane)) for one in sums for lane in range(e.width)]
        total = lanes[0]
        for lane in lanes[1:]:
            total = builder.fadd(total, lane)
        return total

    return types.float64(a, b, types.int64, types.int64), generate


@inlined
def sum_of_products(a, b, begin, end):
    wide = SUMS * (BYTES // a.itemsize)
    rounds = max(0, end - begin) // wide
    total = products(a, b, begin, rounds)
    for i in range(begin + rounds * wide, end):
        total += np.float64(a[i]) * np.float64(b[i])
    return total


@compiled
def lengths(vector, bounds, partial, out):
    runs = len(partial)
    for run in prange(runs):
        first, stop = vector.size * run // runs, vector.size * (run + 1) // runs
        for k in range(out.size):
            partial[run, k] = sum_of_products(vector, vector, max(first, bounds[k]), min(stop, bounds[k + 1]))
    for k in range(out.size):
        total = 0.0
        for run in range(runs):
            total += partial[run, k]
        out[k] = np.sqrt(total)


def norms(vector, bounds, out, ws=fresh):
    lengths(vector, bounds, ws((RUNS, out.size), np.float64), out)


@short
def product(a, b, out):
    out[0] = sum_of_products(a, b, 0, a.size)


@short
def add_number(value, out):
    out[0] += value[0]


def dot(a, b, out, ws=fresh):
    product(a, b, out.reshape(1))


def accumulate(value, out):
    add_number(value.reshape(1), out.reshape(1))
