"""The micro-kernel of convolution and Linear: a few channels of a few pixels, for all samples of a block.

                     sums in registers: c channels x p pixels x v vectors of samples
                     +------------------------------------------+
    w, one number -> |  y[pixel, channel, lanes]                |     streams: one number for each channel,
    a channel        |     += x[pixel, k, lanes] * w[k, channel] |     then p v vectors of x; each is used c times
                     +------------------------------------------+
                        ^ x, one vector for p v                      reused: every x vector c times, every w p v times

k runs through `rows` rows of taps, each `run` long: side by side in memory are the columns of the kernel and, within
them, the input's channels. So a convolution is a matrix product whose operand is already packed. The bias starts the
sums; the result is stored as it is, through ReLU, or times ReLU's derivative.
"""
from numba import types

from .emitter import Emitter, intrinsic
from .host import LANES, TILE

PLAIN, RELU, RELU_GRAD = 0, 1, 2    # how a result is stored


def shapes(most):
    """(channels, pixels) of every tile that fits `most` sums: pixels together where channels are few."""
    return [(c, 1) for c in range(1, most + 1)] + [(c, most // c) for c in range(1, most // 2 + 1)]


def code(channels, pixels):
    """A tile's two sizes as one number, for a switch."""
    return channels + 256 * pixels


def most(bits):
    """Channels times pixels that a tile may have, for numbers of so many bits."""
    return TILE * 32 // (2 * bits)


@intrinsic
def tile(typing, shape, y, y0, y_step, x, x0, x_step, x_row, w, w0, w_row, rows, run, b, b0, how, at):
    """y[y0 + p y_step + c LANES + lane] = stored(b[b0 + c] + sum over r, k of x[x0 + p x_step + r x_row + k LANES +
    lane] w[w0 + r w_row + k channels + c]); `at` is read where y is written. shape: `code` of a tile."""
    i = types.int64
    signature = types.void(i, y, i, i, x, i, i, i, w, i, i, i, i, b, i, i, at)

    def generate(context, builder, signature, args):
        e = Emitter(context, builder, y.dtype)
        (_, _, y0, y_step, _, x0, x_step, x_row, _, w0, w_row, rows, run, _, b0, how, _) = args
        Y, X, W, B, AT = (e.pointer(signature.args[k], args[k]) for k in (1, 4, 8, 13, 16))
        vectors = range(LANES // e.width)

        def one_shape(chosen):
            channels, pixels = range(chosen % 256), range(chosen // 256)
            crossed = [(p, v) for p in pixels for v in vectors]

            def products(sums, x_of, w_of):
                """Those that are fewer, numbers of w or vectors of x, stay in registers; the others stream by."""
                if len(channels) < len(crossed):
                    ws = [w_of(c) for c in channels]
                    for p, v in crossed:
                        x = x_of(p, v)
                        sums.update({(p, c, v): e.fma(x, ws[c], sums[p, c, v]) for c in channels})
                else:
                    xs = {at: x_of(*at) for at in crossed}
                    for c in channels:
                        w = w_of(c)
                        sums.update({(p, c, v): e.fma(xs[p, v], w, sums[p, c, v]) for p, v in crossed})
                return sums.values()

            places = [(p, c, v) for p in pixels for c in channels for v in vectors]
            bias = [e.broadcast(e.load_one(B, e.add(b0, c))) for c in channels]

            def one_product(_, state):
                x_at, w_at, *sums = state

                def x_of(p, v):
                    return e.load(X, e.add(e.add(x_at, e.mul(p, x_step)), v * e.width))

                def w_of(c):
                    return e.broadcast(e.load_one(W, e.add(w_at, c)))

                sums = products(dict(zip(places, sums, strict=True)), x_of, w_of)
                return [e.add(x_at, LANES), e.add(w_at, len(channels)), *sums]

            def one_row(_, state):
                x_at, w_at, *sums = state
                _, _, *sums = e.loop(run, [x_at, w_at, *sums], one_product)
                return [e.add(x_at, x_row), e.add(w_at, w_row), *sums]

            _, _, *sums = e.loop(rows, [x0, w0, *(bias[c] for _, c, _ in places)], one_row)
            targets = [e.add(e.add(y0, e.mul(p, y_step)), c * LANES + v * e.width) for p, c, v in places]

            def write(kind):
                for total, target in zip(sums, targets, strict=True):
                    if kind == RELU:
                        total = e.at_least_zero(total)
                    if kind == RELU_GRAD:
                        total = e.keep_above(total, e.load(AT, target))
                    e.store(total, Y, target)

            e.switch(how, (PLAIN, RELU, RELU_GRAD), write)

        e.switch(args[0], [code(*s) for s in dict.fromkeys(shapes(most(y.dtype.bitwidth)))], one_shape)
        return context.get_dummy_value()

    return signature, generate
