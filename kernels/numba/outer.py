"""The micro-kernel of weight gradients: a few channels of dy times a run of x, summed over samples and columns.

                        sums in registers: m channels of dy x v vectors of x
                        +--------------------------------------------+
    dy, one number  ->  |  sums[o, lanes] += dy[j, o, n] x[j, n, lanes]  |    streams: v vectors of x, m numbers of dy
    for each channel    +--------------------------------------------+    reused: every x vector m times, every dy
                                                                                    number v times
Here lanes are not samples: x was turned (see `turn`), so that a vector runs along the kernel's columns and, within
them, the input's channels. Nothing is summed across lanes.
"""
from numba import types

from .emitter import Emitter, intrinsic
from .host import COUNT, LANES, TILE
from .tile import code

HALF = TILE // 2
# (m, v): two vectors as a rule; as many as registers hold for few channels of dy, one for short runs of x
SHAPES = [(1, 8)] + [(m, (COUNT - 1) // (m + 1)) for m in (2, 3)] + [(m, 2) for m in range(4, HALF + 1)] + [(8, 1)]


def shape(c_out, run, width):
    """The (m, v) that sums c_out channels times `run` lanes in the fewest steps; 8 sums at least hide the latency."""
    def steps(m, v):
        return -(-c_out // m) * -(-run // (v * width)) * max(m * v + 0.5 * (m + v), 8)
    return min((s for s in SHAPES if s[0] <= c_out), key=lambda s: steps(*s))


@intrinsic
def outer(typing, shape, sums, s0, x, x0, x_column, x_sample, dy, y0, y_column, columns, samples):
    """sums[s0 + (o v + k) width + lane] += sum over j < columns, n < samples of
    dy[y0 + j y_column + o LANES + n] x[x0 + j x_column + n x_sample + k width + lane]. shape: `code` of m, v"""
    i = types.int64
    signature = types.void(i, sums, i, x, i, i, i, dy, i, i, i, i)

    def generate(context, builder, signature, args):
        e = Emitter(context, builder, sums.dtype)
        _, _, s0, _, x0, x_column, x_sample, _, y0, y_column, columns, samples = args
        S, X, DY = (e.pointer(signature.args[k], args[k]) for k in (1, 3, 7))

        def one_tile(chosen):
            m, v = chosen % 256, range(chosen // 256)
            places = [e.add(s0, k * e.width) for k in range(m * len(v))]

            def one_sample(_, state):
                x_at, y_at, *totals = state
                xs = [e.load(X, e.add(x_at, k * e.width)) for k in v]
                for o in range(m):
                    number = e.broadcast(e.load_one(DY, e.add(y_at, o * LANES)))
                    for k in v:
                        totals[o * len(v) + k] = e.fma(xs[k], number, totals[o * len(v) + k])
                return [e.add(x_at, x_sample), e.add(y_at, 1), *totals]

            def one_column(_, state):
                x_at, y_at, *totals = state
                _, _, *totals = e.loop(samples, [x_at, y_at, *totals], one_sample)
                return [e.add(x_at, x_column), e.add(y_at, y_column), *totals]

            _, _, *totals = e.loop(columns, [x0, y0, *(e.load(S, at) for at in places)], one_column)
            for total, at in zip(totals, places, strict=True):
                e.store(total, S, at)

        e.switch(args[0], [code(*s) for s in dict.fromkeys(SHAPES)], one_tile)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def turn(typing, out, out0, out_step, x, x0, x_step):
    """out[out0 + i out_step + j] = x[x0 + j x_step + i] for i, j < the width of a vector"""
    i = types.int64
    signature = types.void(out, i, i, x, i, i)

    def generate(context, builder, signature, args):
        e = Emitter(context, builder, x.dtype)
        out0, out_step, x0, x_step = args[1], args[2], args[4], args[5]
        OUT, X = (e.pointer(signature.args[k], args[k]) for k in (0, 3))
        rows = [e.load(X, e.add(x0, e.mul(x_step, j))) for j in range(e.width)]
        for i, row in enumerate(e.transposed(rows)):
            e.store(row, OUT, e.add(out0, e.mul(out_step, i)))
        return context.get_dummy_value()

    return signature, generate
