"""A rung with a layout of its own, to prove that no layer knows any: blocks of four samples, samples innermost.

    (n, c, h, w) is stored as (n/4, h, w, c, 4), (n, k) as (n/4, k, 4); the last block is padded

Every kernel is the NumPy rung's, between two changes of layout, on all lanes, padded ones included: they hold finite
rubbish in activations and must be exactly zero in gradients.
"""
import inspect
from functools import wraps

import numpy as xp

import nanoae.kernels.numpy as plain
from nanoae.kernels import OPERATIONS

LANES = 4
FUSES = plain.FUSES
ACTIVATIONS = ("x", "y", "dy", "mask", "noise", "index", "x_hat", "group_inv_std", "target")    # read, or written
WRITTEN = ("out", "index", "x_hat", "group_inv_std")
BY_SAMPLE = ("mse", "l1", "bce", "bce_with_logits", "cross_entropy", "batch_norm_stats", "batch_norm_input_grad",
             "kl_penalty", "kl_penalty_input_grad", "l1_penalty", "l1_penalty_input_grad")
OF_VECTORS = ("accumulate", "adam", "batch_norm_commit", "dot", "norms")    # which have no layout


def storage(n, shape):
    blocks = -(-n // LANES)
    return (blocks, *(shape[1:] + shape[:1] if len(shape) == 3 else shape), LANES)


def public(a):
    """A stored array as (samples, c, h, w), padded samples included."""
    a = xp.moveaxis(a, -1, 1)
    a = a.reshape(-1, *a.shape[2:])
    return xp.ascontiguousarray(xp.moveaxis(a, -1, 1) if a.ndim == 4 else a)


def put(values, a):
    """Stores samples (m, c, h, w) in the first m lanes; all others become 0."""
    lanes = xp.zeros((a.shape[0] * LANES, *values.shape[1:]), a.dtype)
    lanes[:len(values)] = values
    lanes = xp.moveaxis(lanes, 1, -1) if lanes.ndim == 4 else lanes
    a[...] = xp.moveaxis(lanes.reshape(-1, LANES, *lanes.shape[1:]), 1, -1)


def enter(x, out, ws=None):
    put(x, out)


def gather(images, index, whole, out, ws=None):
    put(images[index] / whole, out)


def leave(x, out):
    out[...] = public(x)[:len(out)]


def reshape(x, out):
    put(public(x).reshape(out.shape[0] * LANES, *public(out).shape[1:]), out)


def dropout_mask(u, p, out):
    mask = xp.empty(u.shape, out.dtype)
    plain.dropout_mask(u, p, out=mask)
    put(mask, out)


def in_blocks(name):
    """The NumPy rung's kernel of this name, on blocks."""
    kernel = getattr(plain, name)
    signature = inspect.signature(kernel)

    @wraps(kernel)
    def wrapper(*args, **kwargs):
        call = signature.bind(*args, **kwargs)
        call.apply_defaults()
        arguments = dict(call.arguments)
        samples = slice(arguments["n"] if name in BY_SAMPLE else None)
        stored = {}
        for key in (*ACTIVATIONS, "out"):
            if key in arguments and not (key == "out" and name.endswith("weight_grad")):
                stored[key] = arguments[key]
                arguments[key] = xp.ascontiguousarray(public(arguments[key])[samples])
        if arguments.get("store") and arguments["store"][2] is not None:
            arguments["store"] = (*arguments["store"][:2], xp.ascontiguousarray(public(arguments["store"][2])[samples]))
        kernel(**arguments)
        for key in WRITTEN:
            if key in stored:
                put(arguments[key], stored[key])

    return wrapper


for _name in OPERATIONS:
    if _name not in globals():
        globals()[_name] = getattr(plain, _name) if _name in OF_VECTORS else in_blocks(_name)
