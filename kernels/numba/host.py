"""The vector registers of the machine that Numba compiles for, and the sizes that follow from them.

    LANES        samples side by side in a block: two registers of float32, four of float64
    TILE         sums that a micro-kernel keeps in registers; the rest hold what streams by

                 registers   bytes each   LANES   TILE
    AVX-512      32          64           32      24
    AVX2         16          32           16      12
    NEON         32          16            8      24
    SSE          16          16            8      12

Numba's settings NUMBA_CPU_NAME and NUMBA_CPU_FEATURES count: code for a lesser machine is cut for that machine.
NANOAE_VECTORS names another row of this table: its form of the kernels then runs here, in pieces where registers are
shorter, so that all forms can be tested on one machine.
"""
import os

from numba import config
from numba.core.registry import cpu_target

# How long a thread of GNU's OpenMP waits for others before it sleeps, in turns of a loop. Its own default is 300,000:
# where another program has a core, a step then took up to 200 times as long. Read when the library starts.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

triple, cpu, features = cpu_target.target_context.codegen().magic_tuple()


FORMS = {"AVX-512": (32, 64), "AVX2": (16, 32), "NEON": (32, 16), "SSE": (16, 16)}    # registers, bytes each


def form(triple, features, asked=None):
    """The name of the vector registers behind an LLVM triple and its feature string, or the one that is asked for."""
    if asked:
        if asked not in FORMS:
            raise ValueError(f"NANOAE_VECTORS is one of {', '.join(FORMS)}; got {asked!r}")
        return asked
    has = set(features.split(","))
    if "+avx512f" in has:
        return "AVX-512"
    if "+avx2" in has and "+fma" in has:
        return "AVX2"
    return "NEON" if triple.startswith(("aarch64", "arm64")) else "SSE"


NAME = form(triple, features, os.environ.get("NANOAE_VECTORS"))
COUNT, BYTES = FORMS[NAME]
LANES = 2 * BYTES // 4
TILE = COUNT * 3 // 4
FIRST_LEVEL = 2 ** 15    # bytes of a core's first-level cache: the least that such processors have
THREADS = config.NUMBA_NUM_THREADS    # type: ignore[attr-defined]
FMA = NAME != "SSE"    # one instruction for a * b + c
