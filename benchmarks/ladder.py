"""One convolution up the ladder of rungs: what each step of the way brings.

    python -m benchmarks.ladder [--samples 64]

The convolution is the second of `nam-autoencoder`: 12 to 24 channels, 16 x 16 to 8 x 8, kernel 4, stride 2.
"""
import argparse
import time

import numpy as np
from numba import njit

from nanoae.kernels import numba, numpy, reference

GEOMETRY = ((2, 2), (1, 1, 1, 1), (1, 1), 1)
C_IN, C_OUT, SIZE, KERNEL = 12, 24, 16, 4


@njit
def compiled_loops(x, W, b, out):
    """The definition's seven loops, compiled as they stand."""
    for n in range(out.shape[0]):
        for o in range(out.shape[1]):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    total = b[o]
                    for c in range(x.shape[1]):
                        for p in range(W.shape[2]):
                            for q in range(W.shape[3]):
                                row, column = 2 * i + p - 1, 2 * j + q - 1
                                if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
                                    total += W[o, c, p, q] * x[n, c, row, column]
                    out[n, o, i, j] = total


def seconds(call, repeats=7):
    """The quickest of several calls, after one that compiles."""
    call()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return min(times)


def rungs(n):
    """(name, seconds for n samples) of each rung; the plain loops are timed on one sample and multiplied."""
    rng = np.random.default_rng(0)
    x = rng.random((n, C_IN, SIZE, SIZE), dtype=np.float32)
    W = rng.standard_normal((C_OUT, C_IN, KERNEL, KERNEL)).astype(np.float32)
    b, y = np.zeros(C_OUT, np.float32), np.empty((n, C_OUT, SIZE // 2, SIZE // 2), np.float32)
    began = time.perf_counter()
    reference.conv2d_forward(x[:1], W, b, GEOMETRY, out=y[:1])
    yield "reference: plain Python loops", (time.perf_counter() - began) * n
    yield "the same loops, compiled", seconds(lambda: compiled_loops(x, W, b, y))
    yield "numpy: columns and a matrix product", seconds(lambda: numpy.conv2d_forward(x, W, b, GEOMETRY, out=y))
    blocks, out = (np.zeros(numba.storage(n, a.shape[1:]), np.float32) for a in (x, y))
    numba.enter(x, out=blocks)
    scratch = {}

    def ws(shape, dtype):
        if shape not in scratch:
            scratch[shape] = np.empty(shape, dtype)
        return scratch[shape]

    from numba import config

    from nanoae.backend import set_threads
    set_threads(1)
    yield "numba: samples in lanes, one thread", seconds(
        lambda: numba.conv2d_forward(blocks, W, b, GEOMETRY, out=out, ws=ws))
    set_threads(config.NUMBA_NUM_THREADS)
    yield f"numba: the same, {config.NUMBA_NUM_THREADS} threads", seconds(
        lambda: numba.conv2d_forward(blocks, W, b, GEOMETRY, out=out, ws=ws))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--samples", type=int, default=64)
    options = arguments.parse_args()
    from .machine import limits, printed
    print(printed(limits()))
    flops = 2 * options.samples * C_OUT * (SIZE // 2) ** 2 * C_IN * KERNEL ** 2
    first = None
    for name, took in rungs(options.samples):
        first = first or took
        print(f"{name:38} {took * 1e3:10.3f} ms {flops / took / 1e9:9.3f} GF/s {first / took:10,.0f} times the first")


if __name__ == "__main__":
    main()
