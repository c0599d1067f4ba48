"""Building a network: sizes, one theta, views for every layer, initial weights, and who stores whose activation."""
from collections import Counter
from math import prod

import numpy as np

from .arrays import put
from .backend import resolve
from .fusion import fuse_neighbours
from .kernels import numpy as plain
from .parameters import allocate, on_host


class AfterBuild:
    """An attribute that a part has once it is built; before, asking for it says so."""

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, part, owner=None):
        if part is None:
            return self
        if part.network is None:
            raise AttributeError(f"{part!r} has no {self.name!r} before it is built: call build(shape, rng=...)")
        raise AttributeError(f"{type(part).__name__} has no attribute {self.name!r}")


def build(self, shape, dtype="float32", backend="numba", rng=None, fuse=True):
    """Settles all sizes and memory for samples of `shape` ((c, h, w) or (features,)) and returns the part itself.

    dtype: float32 or float64. backend: a rung's name, a kernel module or a Backend. rng: the numpy Generator that
    initial weights are drawn from, layer by layer. fuse=False computes every layer by itself.
    Raises ValueError where sizes do not fit, a layer is used twice or was built before.
    """
    check_unbuilt(self)
    backend, dtype = resolve(backend), np.dtype(dtype)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype is float32 or float64, not {dtype}")
    shape = tuple(int(size) for size in shape)
    if not shape or min(shape) < 1:
        raise ValueError(f"build takes the shape of one sample, (c, h, w) or (features,), not {shape}")
    for path, leaf in self.paths():
        leaf.in_shape, shape = shape, plan(path, leaf, shape)
        leaf.out_shape = shape
    vectors = allocate(self.leaves, backend, dtype)
    for part in self.walk():
        attach(part, self, vectors, backend, dtype)
    for leaf in self.leaves:
        if not leaf.kernels_only:    # it sees public arrays, and what it inherited may call kernels on those
            leaf.kernels, leaf.backend, leaf.xp = plain, "numpy", np
        leaf.prepare()
        if leaf.kept is None:
            with on_host(leaf):
                leaf.initialise(rng)
        else:
            for name, values in leaf.kept.items():
                put(leaf.views[name], values)
    if fuse:
        for part in self.walk():
            fuse_neighbours(part, backend.kernels.FUSES)
    self.moves, self.test_caches = {}, {}
    for leaf in self.leaves:
        leaf.sealed = True
    return self


def check_unbuilt(part):
    """Raises ValueError for a layer that belongs to a network already, or stands in this one twice."""
    pieces = list(part.walk())
    for piece, times in Counter(pieces).items():
        if piece.network is not None:
            raise ValueError(f"{piece!r} is built already and belongs to its network for life: build a clone() of it")
        if times > 1:
            raise ValueError(f"{piece!r} stands in this network {times} times: use a clone() for each place")
    for leaf in part.leaves:
        check_unchanged(leaf)


def check_unchanged(leaf):
    """Raises ValueError where a setting is no longer what the constructor made of its arguments: a layer's print, its
    clones and its fused kernels go by those."""
    patched = {name for name, value in vars(leaf).items() if callable(value) and hasattr(type(leaf), name)}
    if patched:
        raise ValueError(f"{leaf!r}: {', '.join(sorted(patched))} was put on the layer itself, where nothing that is "
                         "recorded can see it: write a subclass")
    if leaf.kernels_only:
        args, kwargs = leaf.arguments
        made = vars(type(leaf)(*args, **kwargs))
        for name, value in vars(leaf).items():
            if name not in ("leaves", "arguments") and isinstance(value, int | float | str | tuple) and (
                    made.get(name, value) != value):
                raise ValueError(f"{leaf!r}: {name} was changed to {value!r} after the layer was made; make the layer "
                                 "with that value")


def plan(path, leaf, shape):
    """The layer's output shape, or its objection with its place in the network before it."""
    try:
        out = leaf.shape(shape)
    except ValueError as error:
        raise ValueError(f"{path} {leaf!r}: {error}".strip()) from None
    for name, parameter in leaf.parameters.items():
        if prod(parameter) == 0:
            raise ValueError(f"{path} {leaf!r}: parameter {name} of shape {parameter} is empty")
    return tuple(out)


def attach(part, network, vectors, backend, dtype):
    """Gives a part its place: its run of each vector, its shapes, its rung."""
    first, last = part.leaves[0], part.leaves[-1]
    part.network, part.dtype = network, dtype
    part.xp, part.kernels, part.backend = backend.xp, backend.kernels, backend.name
    part.in_shape, part.out_shape = first.in_shape, last.out_shape
    part.slice = slice(first.slice.start, last.slice.stop)
    part.theta, part.grad = vectors[0][part.slice], vectors[1][part.slice]
    part.running = vectors[2][first.running_slice.start:last.running_slice.stop]
