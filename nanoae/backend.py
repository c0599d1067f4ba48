"""Which rung a network runs on: an array module for vectors, and a kernel module for everything in a layer."""
from difflib import get_close_matches
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from . import gpu

RUNGS = ("reference", "numpy", "numba", "cupy")


class Backend(NamedTuple):
    """A rung: its name, the array module of its vectors, and its kernels (see `nanoae.kernels`)."""

    name: str
    xp: ModuleType
    kernels: ModuleType


def resolve(backend):
    """The Backend of a name in RUNGS, of a kernel module of one's own, or a Backend as it is.

    Raises ValueError for an unknown name and ImportError, with what to install, where the rung's library is missing or,
    for cupy, cannot compute.
    """
    if isinstance(backend, Backend):
        return backend
    if isinstance(backend, ModuleType):
        return Backend(backend.__name__.rpartition(".")[2], backend.xp, backend)
    if backend not in RUNGS:
        raise ValueError(f"backend {backend!r} is unknown; {suggestion(backend, RUNGS)}there are {', '.join(RUNGS)}")
    wrong = gpu.trouble() if backend == "cupy" else None
    if wrong:
        raise ImportError(f"backend 'cupy' cannot compute here: {wrong[0]}. {wrong[1]}")
    try:
        kernels = import_module(f"nanoae.kernels.{backend}")
    except ModuleNotFoundError as missing:
        if missing.name != backend:
            raise
        raise ImportError(f"backend {backend!r} needs the package {missing.name}: pip install {missing.name}") from None
    return Backend(backend, kernels.xp, kernels)


def suggestion(word, known):
    """'did you mean ...? ' for a misspelt word, or nothing; it stands before what else there is."""
    close = get_close_matches(str(word), [str(k) for k in known], 1)
    return f"did you mean {close[0]!r}? " if close else ""


def set_threads(n):
    """Computes with n threads from here on, in compiled loops and in matrix products alike.

    Raises ValueError where n is not between 1 and the cores of this process.
    """
    import numba
    import threadpoolctl
    most = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
    if not 1 <= n <= most:
        raise ValueError(f"threads is from 1 to {most}, the cores of this process; got {n}")
    numba.set_num_threads(n)
    threadpoolctl.threadpool_limits(n)
