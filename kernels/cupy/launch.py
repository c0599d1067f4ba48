"""Launching the kernels of this folder: a module for each file, dtype and row of template arguments, compiled once.

A launcher hands over arrays of the device, int32 and the numbers' own dtype. What CuPy would take and misread is
refused here: an array that is not contiguous, of another dtype, or NumPy's; numbers go in the kernel's own width.
"""
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cupy as xp
import numpy as np

from ..recording import recorded

HERE = Path(__file__).parent
LANES = 32
THREADS = 128    # of a block, where nothing asks for another number
SHARED = 48 * 1024    # bytes that a launch may ask for as it is
NULL = np.uintp(0)    # CuPy takes None as well, and hands over no address of it
REAL = {"float32": "float", "float64": "double"}
ACTIVATIONS = {"relu": 1, "leaky_relu": 2, "sigmoid": 3, "tanh": 4, "softplus": 5, "elu": 6}    # as in common.cuh


class Own(NamedTuple):
    """An array whose dtype is its own, whatever the kernel computes in."""

    array: Any


def options(dtype):
    return f"-DReal={REAL[dtype]}", "-std=c++17"


@cache
def source(file):
    """The text of a .cu file with what it includes in its place: CuPy keeps compiled kernels by their text alone."""
    before, _, after = (HERE / file).read_text(encoding="utf-8").partition('#include "common.cuh"\n')
    own = before.count("\n") + 2
    common = (HERE / "common.cuh").read_text(encoding="utf-8")
    return f'{before}#line 1 "common.cuh"\n{common}#line {own} "{file}"\n{after}'


@cache
def function(file, name, dtype):
    """The kernel of this name, e.g. "correlate<3, 3, 8>", for numbers of a dtype."""
    template = {"name_expressions": (name,)} if "<" in name else {}
    return xp.RawModule(code=source(file), options=options(dtype), **template).get_function(name)


@recorded
def launch(kernel, grid, block, arguments, shared):
    kernel(grid, block, arguments, shared_mem=shared)



def run(file, name, dtype, grid, block, *arguments, shared=0):
    """Launches a kernel: arrays as they are, ints as int32, floats in `dtype`, NumPy's scalars with their own width."""
    real, kernel = np.dtype(dtype).type, function(file, name, np.dtype(dtype).name)
    if shared > SHARED:
        kernel.max_dynamic_shared_size_bytes = shared
    launch(kernel, grid, block, tuple(argument(name, value, real) for value in arguments), shared)


def each(file, name, dtype, size, *arguments):
    """A thread for each of so many numbers; the size is the last argument."""
    run(file, name, dtype, (-(-size // THREADS),), (THREADS,), *arguments, size)


def counters(count):
    """So many ints that are 0 before and after every kernel: blocks of threads count themselves by them."""
    return zeros(1 << max(10, (count - 1).bit_length()))


@cache
def zeros(count):
    return xp.zeros(count, np.int32)


def argument(name, value, real):
    if isinstance(value, Own):
        value, real = value.array, value.array.dtype
    if value is None:
        return NULL
    if isinstance(value, np.generic):
        return value
    if isinstance(value, xp.ndarray):
        if not value.flags.c_contiguous:
            raise TypeError(f"{name}: an array {value.shape} is not contiguous, and a kernel would misread it")
        if value.dtype.kind == "f" and value.dtype not in (real, np.float64):
            raise TypeError(f"{name}: {value.dtype} came where the kernel computes in {np.dtype(real).name}")
        return value
    if isinstance(value, np.ndarray):
        raise TypeError(f"{name}: a NumPy array came where the kernel wants device memory")
    return np.int32(value) if isinstance(value, bool | int) else real(value)


def stored(store):
    """(activation's number, its parameter, at) of a `store`, as kernels take it."""
    if store is None:
        return 0, 0.0, None
    name, parameters, at = store
    return ACTIVATIONS[name], float(parameters[0]) if parameters else 0.0, at


def sizes(a):
    """(c, pixels) of a stored array."""
    return a.shape[1], a.shape[2] * a.shape[3]


def fresh(shape, dtype):
    """Memory for a call that was given none."""
    return xp.empty(shape, dtype)
