"""Losses: terms and gradients in one pass, then the sum of the blocks' sums."""
import numpy as np

from .launch import THREADS, fresh, run, stored
from .layout import numbers

PARTS = 256    # blocks of threads that sum a loss, at most
NAMES = {"mse": 0, "l1": 1, "bce": 2, "bce_with_logits": 3}    # as in loss.cu


def parts_of(size, ws):
    return ws((min(PARTS, -(-size // THREADS)),), np.float64)


def total(parts, scale, value):
    """value = scale times the sum of the parts."""
    run("loss.cu", "total", "float64", (1,), (256,), parts, np.float64(scale), value, parts.size)


def evaluate(name, y, target, n, scale, out, value, ws, store):
    parts = parts_of(y.size, ws)
    run("loss.cu", f"loss<{NAMES[name]}>", y.dtype, (parts.size,), (THREADS,), y, target, float(scale), out, parts,
        *stored(store), n, numbers(y), y.size)
    total(parts, scale, value)


def mse(y, target, n, scale, out, value, ws=fresh, store=None):
    evaluate("mse", y, target, n, scale, out, value, ws, store)


def l1(y, target, n, scale, out, value, ws=fresh, store=None):
    evaluate("l1", y, target, n, scale, out, value, ws, store)


def bce(y, target, n, scale, out, value, ws=fresh, store=None):
    evaluate("bce", y, target, n, scale, out, value, ws, store)


def bce_with_logits(y, target, n, scale, out, value, ws=fresh, store=None):
    evaluate("bce_with_logits", y, target, n, scale, out, value, ws, store)
