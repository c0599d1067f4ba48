"""The micro-kernel of weight gradients: a few channels of x times a run of dy's channels, summed over samples.

                       sums in registers: c channels of x x v vectors of channels of dy
                       +--------------------------------------------+
    x, one number  ->  |  sums[k, lanes] += x[j, k, n] dy[j, n, lanes]  |    streams: v vectors of dy, c numbers of x
    for each channel   +--------------------------------------------+    reused: every dy vector c times, every x v

Here lanes are not samples: dy was turned (see `turn`), so that a vector runs along its channels. Nothing is summed
across lanes, and only the sums of one tap lie in registers, so a tap reads exactly the pixels that it meets.
"""
from numba import types

from .emitter import Emitter, intrinsic
from .host import COUNT, LANES, TILE
from .tile import code

# (c, v): channels of x and vectors of dy; 8 sums at least hide the latency
SHAPES = [(c, v) for v in (1, 2, 3) for c in (3, 4, 6, 8, 12) if 8 <= c * v <= TILE and (c + 1) * v < COUNT]
BEGIN, TURN = 6, 1    # cycles: of beginning a tile, a pixel, and of turning a number of dy


def tiling(c_in, c_out, taps, width):
    """(cycles for a pixel of a block, True, c, numbers of v vectors, the channels of dy in each tile) of the best tile;
    None where there are too few channels for any."""
    vectors = -(-c_out // width)
    fitting = [(c, v) for c, v in SHAPES if c <= c_in and v <= vectors] if c_out >= width else []
    if not fitting:
        return None

    def cycles(c, v):
        steps = max(c * v / 2, (c + v) / 1.8, 4)
        return -(-c_in // c) * -(-vectors // v) * (LANES * steps + BEGIN) + TURN * LANES * c_out / taps

    c, v = min(fitting, key=lambda shape: cycles(*shape))
    firsts = [[min(t * v, vectors - v) + k for k in range(v)] for t in range(-(-vectors // v))]
    channels = [[min(first * width, c_out - width) + lane for first in tile for lane in range(width)]
                for tile in firsts]
    return cycles(c, v), True, c, v * width, channels


@intrinsic
def outer(typing, shape, sums, s0, x, x0, x_column, x_row, dy, y0, y_column, y_row, rows, columns, samples):
    """sums[s0 + k v width + lane] += sum over i < rows, j < columns, n < samples of x[x0 + i x_row + j x_column +
    k LANES + n] dy[y0 + i y_row + j y_column + n v width + lane]. shape: `code` of c, v"""
    i = types.int64
    signature = types.void(i, sums, i, x, i, i, i, dy, i, i, i, i, i, i)

    def generate(context, builder, signature, args):
        outside = Emitter(context, builder, sums.dtype)
        given = [outside.pointer(signature.args[k], args[k]) if k in (1, 3, 7) else args[k] for k in range(1, 14)]

        def one_tile(e, chosen, S, s0, X, x0, x_column, x_row, DY, y0, y_column, y_row, rows, columns, samples):
            c, v = chosen % 256, range(chosen // 256)
            places = [e.add(s0, k * e.width) for k in range(c * len(v))]

            def one_sample(_, state):
                x_at, y_at, *totals = state
                ys = [e.load(DY, e.add(y_at, k * e.width)) for k in v]
                for channel in range(c):
                    number = e.broadcast(e.load_one(X, e.add(x_at, channel * LANES)))
                    for k in v:
                        at = channel * len(v) + k
                        totals[at] = e.fma(ys[k], number, totals[at])
                return [e.add(x_at, 1), e.add(y_at, len(v) * e.width), *totals]

            def one_column(_, state):
                x_at, y_at, *totals = state
                _, _, *totals = e.loop(samples, [x_at, y_at, *totals], one_sample)
                return [e.add(x_at, x_column), e.add(y_at, y_column), *totals]

            def one_row(_, state):
                x_at, y_at, *totals = state
                _, _, *totals = e.loop(columns, [x_at, y_at, *totals], one_column)
                return [e.add(x_at, x_row), e.add(y_at, y_row), *totals]

            _, _, *totals = e.loop(rows, [x0, y0, *(e.load(S, at) for at in places)], one_row)
            for total, at in zip(totals, places, strict=True):
                e.store(total, S, at)

        outside.choose("outer", args[0], [code(*s) for s in SHAPES], given, one_tile)
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
