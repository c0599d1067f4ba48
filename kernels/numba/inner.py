"""The micro-kernel of weight gradients between few channels: lanes are samples, and a tile's sums are added across.

                        sums in registers: m channels of dy for each of c channels of x, a vector of samples each
                        +------------------------------------------+
    dy, m vectors   ->  |  sums[c, o] += x[j, c, lanes] dy[j, o, lanes] |    streams: c + m vectors, each used m or c
                        +------------------------------------------+    times; nothing is turned

A tile of few sums has one for each vector of a block, lest a product wait for the one before. At the end of a piece
each sum is added up across its lanes.
"""
from numba import types

from .emitter import Emitter, intrinsic
from .host import COUNT, LANES, TILE
from .tile import code

# (c, m): channels of x and of dy
SHAPES = [(c, m) for c, m in ((1, 1), (1, 4), (4, 1), (1, 8), (2, 5), (2, 6), (3, 4), (4, 6))
          if c * m <= TILE and c * m + c + 1 <= COUNT]
BEGIN, ACROSS = 2, 0.2    # cycles, a pixel: of beginning a tile, and of adding one sum up across its lanes


def tiling(c_in, c_out, width):
    """(cycles for a pixel of a block, False, c, m, the channels of dy in each tile) of the best tile."""
    vectors = LANES // width

    def cycles(c, m):
        steps = max(c * m / 2, (c + m) / 1.8, 4 / kept(c, m, vectors))
        return -(-c_in // c) * -(-c_out // m) * (vectors * steps + BEGIN + ACROSS * c * m)

    c, m = min((shape for shape in SHAPES if shape[0] <= c_in and shape[1] <= c_out), key=lambda s: cycles(*s))
    channels = [[min(t * m, c_out - m) + k for k in range(m)] for t in range(-(-c_out // m))]
    return cycles(c, m), False, c, m, channels


def kept(c, m, vectors):
    """Sums that a tile keeps of each pair: one for every vector of a block, where they fit."""
    return vectors if c * m * vectors <= TILE else 1


@intrinsic
def inner(typing, shape, sums, s0, x, x0, x_column, x_row, dy, y0, y_column, y_row, rows, columns):
    """sums[s0 + k m + o] += sum over i < rows, j < columns, lanes of x[x0 + i x_row + j x_column + k LANES + lane]
    dy[y0 + i y_row + j y_column + o LANES + lane]; sums is read and written as whole vectors. shape: `code` of c, m"""
    i = types.int64
    signature = types.void(i, sums, i, x, i, i, i, dy, i, i, i, i, i)

    def generate(context, builder, signature, args):
        outside = Emitter(context, builder, sums.dtype)
        given = [outside.pointer(signature.args[k], args[k]) if k in (1, 3, 7) else args[k] for k in range(1, 13)]

        def one_tile(e, chosen, S, s0, X, x0, x_column, x_row, DY, y0, y_column, y_row, rows, columns):
            c, m = chosen % 256, chosen // 256
            vectors = LANES // e.width
            copies = kept(c, m, vectors)

            def one_column(_, state):
                x_at, y_at, *totals = state
                for v in range(vectors):
                    xs = [e.load(X, e.add(x_at, k * LANES + v * e.width)) for k in range(c)]
                    for o in range(m):
                        y = e.load(DY, e.add(y_at, o * LANES + v * e.width))
                        for k in range(c):
                            at = (v % copies * c + k) * m + o
                            totals[at] = e.fma(xs[k], y, totals[at])
                return [e.add(x_at, x_column), e.add(y_at, y_column), *totals]

            def one_row(_, state):
                x_at, y_at, *totals = state
                _, _, *totals = e.loop(columns, [x_at, y_at, *totals], one_column)
                return [e.add(x_at, x_row), e.add(y_at, y_row), *totals]

            _, _, *totals = e.loop(rows, [x0, y0, *[e.zero] * (c * m * copies)], one_row)
            for copy in range(1, copies):
                totals = [e.plus(a, totals[copy * c * m + k]) if k < c * m else a for k, a in enumerate(totals)]
            for start in range(0, c * m, e.width):
                at = e.add(s0, start)
                e.store(e.plus(e.load(S, at), e.added_across(totals[:c * m][start:start + e.width])), S, at)

        outside.choose("inner", args[0], [code(*s) for s in SHAPES], given, one_tile)
        return context.get_dummy_value()

    return signature, generate
