"""One flat vector of parameters, one of gradients: layers hold views into them, handed out once.

    theta    | encoder.0.W | encoder.0.b | encoder.2.W | ... | decoder.4.b |     size P
    grad     | dW          | db          | dW          | ... | db          |     the same map
    running  | running_mean | running_var | ...                                   batch norm's, beside theta
"""
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from .arrays import host, put


@dataclass
class Vector:
    """A bare part for optimizers: parameters and gradients of a problem without a network.

    theta, grad: arrays (size,) of one dtype; xp: the array module they belong to; kernels: the rung whose vector
    kernels move them (NumPy's).
    """

    theta: Any
    grad: Any
    xp: Any = None
    kernels: Any = None

    def __post_init__(self):
        if self.theta.shape != self.grad.shape or self.theta.ndim != 1 or self.theta.dtype != self.grad.dtype:
            raise ValueError(f"Vector takes two flat vectors of one size and dtype; theta is {self.theta.dtype} "
                             f"{self.theta.shape}, grad is {self.grad.dtype} {self.grad.shape}")
        if self.xp is None:
            self.xp = np
        if self.kernels is None:
            from .kernels import numpy as kernels
            self.kernels = kernels


def allocate(leaves, backend, dtype):
    """Makes theta, grad and running for these layers and gives every layer its views; returns the three vectors.

    Sets `views` {W, b, dW, db, running_mean ...: view} and the same as attributes, and `slice` and `running_slice`, the
    layers' places in the vectors.
    """
    size = sum(prod(shape) for leaf in leaves for shape in leaf.parameters.values())
    running_size = sum(prod(shape) for leaf in leaves for shape in leaf.statistics.values())
    try:
        theta, grad = backend.xp.zeros(size, dtype), backend.xp.zeros(size, dtype)
    except (MemoryError, ValueError, OverflowError):
        raise MemoryError(f"{size:,} parameters of {dtype} do not fit into memory") from None
    running = backend.xp.zeros(running_size, dtype)
    at = running_at = 0
    for leaf in leaves:
        begin, running_begin = at, running_at
        leaf.views = {}
        for name, shape in leaf.parameters.items():
            stop = at + prod(shape)
            leaf.views[name], leaf.views["d" + name] = (vector[at:stop].reshape(shape) for vector in (theta, grad))
            at = stop
        for name, shape in leaf.statistics.items():
            stop = running_at + prod(shape)
            leaf.views[name] = running[running_at:stop].reshape(shape)
            running_at = stop
        leaf.slice, leaf.running_slice = slice(begin, at), slice(running_begin, running_at)
        leaf.mirrors = not leaf.kernels_only and backend.xp is not np
        for name, view in leaf.views.items():
            setattr(leaf, name, np.zeros(view.shape, dtype) if leaf.mirrors else view)
    return theta, grad, running


def on_host(leaf):
    """Inside `with`, a layer of people's own has its parameters, gradients and statistics in NumPy arrays. On a device
    those are mirrors, filled before and copied back after."""
    return mirrored(leaf) if leaf.mirrors else NOTHING


NOTHING = nullcontext()


@contextmanager
def mirrored(leaf):
    for name, view in leaf.views.items():
        getattr(leaf, name)[...] = host(view)
    yield
    for name, view in leaf.views.items():
        put(view, getattr(leaf, name))


def named(part, vector="theta"):
    """The views of a part's vector, by the names people use: {'encoder.0.W': W, ...}; vector: theta, grad, running."""
    if vector not in ("theta", "grad", "running"):
        raise ValueError(f"named() takes 'theta', 'grad' or 'running', not {vector!r}")
    views = {}
    for path, leaf in part.paths():
        names = leaf.statistics if vector == "running" else leaf.parameters
        for name in names:
            key = f"{path}.{name}" if path else name
            views[key] = leaf.views["d" + name if vector == "grad" else name]
    return views


def moved(part):
    """Notes in a part's network that its weights are others now. A Vector belongs to none."""
    network = getattr(part, "network", None)
    if network is not None:
        network.moves[part] = network.moves.get(part, 0) + 1


def moves_of(part):
    """How often any of the part's weights were moved: a number that is another one after each time."""
    inside = set(part.leaves)
    return sum(times for other, times in part.network.moves.items() if not inside.isdisjoint(other.leaves))
