"""The machine's own limits, measured: multiply-adds in registers, and copies in the caches and in memory."""
import re
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
from numba import njit, prange, types
from numba.extending import intrinsic

from nanoae.doctor import cores, processor
from nanoae.kernels.numba import host
from nanoae.kernels.numba.emitter import Emitter


@intrinsic
def multiply_adds(typing, start, count):
    """`count` rounds of TILE independent multiply-adds on registers; returns one of the sums."""
    def generate(context, builder, signature, args):
        e = Emitter(context, builder, start)
        factor = e.broadcast(args[0])
        sums = [builder.fadd(factor, factor) for _ in range(host.TILE)]
        sums = e.loop(args[1], sums, lambda _, s: [e.fma(v, factor, factor) for v in s])
        total = sums[0]
        for one in sums[1:]:
            total = builder.fadd(total, one)
        return builder.extract_element(total, e.int(0))

    return start(start, types.int64), generate


@njit(parallel=True)
def on_all_threads(start, count, out):
    for thread in prange(out.size):
        out[thread] = multiply_adds(start, count)


def peak(dtype="float32", threads=None):
    """GF/s of multiply-adds, a multiply-add being two, with so many threads (all); the best of several runs."""
    from numba import get_num_threads
    start, out = np.dtype(dtype).type(0.5), np.zeros(threads or get_num_threads(), dtype)
    count, best = 2_000_000, np.inf
    on_all_threads(start, 1, out)
    for _ in range(7):
        began = time.perf_counter()
        on_all_threads(start, count, out)
        best = min(best, time.perf_counter() - began)
    return 2 * host.TILE * (host.BYTES // start.itemsize) * count * len(out) / best / 1e9


def bandwidth(size):
    """GB/s of copying `size` bytes in all, counting what is read and written; the best of several runs."""
    a, best = np.zeros(size // 8, np.float32), np.inf
    b = np.empty_like(a)
    repeats = max(1, 2 ** 24 // size)
    until = time.perf_counter() + 0.5
    while best == np.inf or time.perf_counter() < until:    # the first rounds after another process are slow
        began = time.perf_counter()
        for _ in range(repeats):
            np.copyto(b, a)
        best = min(best, (time.perf_counter() - began) / repeats)
    return 2 * a.nbytes / best / 1e9


def kind():
    """The kind of processor, as a file may be called: vectors, name, and where Linux tells them, family and model."""
    said = [host.NAME, processor()]
    with suppress(OSError):
        told = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line)
        told = {name.strip(): value.strip() for name, value in told.items()}
        said += [told[name] for name in ("cpu family", "model") if name in told]
    return re.sub(r"[^a-z0-9]+", "-", " ".join(said).lower()).strip("-")


def limits():
    """All of it as a dictionary."""
    return {"cpu": processor(), "kind": kind(), "cores": cores(), "vectors": host.NAME,
            "peak_gflops": round(peak()), "peak_gflops_float64": round(peak("float64")),
            "copy_gbs_l2": round(bandwidth(2 ** 18)), "copy_gbs_memory": round(bandwidth(2 ** 27))}


def printed(found):
    return (f"{found['cpu']}, {found['cores']} cores, {found['vectors']}: {found['peak_gflops']} GF/s in float32, "
            f"{found['peak_gflops_float64']} in float64; one core copies {found['copy_gbs_l2']} GB/s in its caches, "
            f"{found['copy_gbs_memory']} in memory")


if __name__ == "__main__":
    print(printed(limits()))
