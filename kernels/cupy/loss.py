"""Losses: terms, gradients and the sum of the terms in one pass."""
import numpy as np

from .launch import THREADS, counters, fresh, run, stored
from .layout import numbers

PARTS = 256    # blocks of threads that sum a loss, at most
NAMES = {"mse": 0, "l1": 1, "bce": 2, "bce_with_logits": 3}    # as in loss.cu


def summing(size, scale, value, ws, most=PARTS):
    """(grid, the arguments of a kernel that ends in grid_sum): value = scale times the sum over `size` numbers."""
    parts = ws((min(most, -(-size // THREADS)),), np.float64)
    return (parts.size,), (parts, counters(1), np.float64(scale), value)


def evaluate(name, y, target, n, scale, out, value, ws, store):
    grid, summed = summing(y.size, scale, value, ws)
    run("loss.cu", f"loss<{NAMES[name]}>", y.dtype, grid, (THREADS,), y, target, float(scale), out, *summed,
        *stored(store), n, numbers(y), y.size)


def mse(y, target, n, scale, out, value, ws=fresh, store=None):
    evaluate("mse", y, target, n, scale, out, value, ws, store)


def l1(y, target, n, scale, out, value, ws=fresh, store=None):
    evaluate("l1", y, target, n, scale, out, value, ws, store)


def bce(y, target, n, scale, out, value, ws=fresh, store=None):
    evaluate("bce", y, target, n, scale, out, value, ws, store)


def bce_with_logits(y, target, n, scale, out, value, ws=fresh, store=None):
    evaluate("bce_with_logits", y, target, n, scale, out, value, ws, store)
