"""What one layer has of a cache: its input and output, their gradients, and whatever it keeps by name.

    Slot          arrays in the rung's own layout, for layers that only call kernels
    EdgedSlot     the same, around a PublicSlot: it copies what the layer's own methods read and write
    PublicSlot    arrays (n, c, h, w) on every rung, for layers that compute by themselves
"""
import numpy as np

from .arrays import put
from .kernels import recording
from .kernels.numpy.scratch import fresh
from .parameters import on_host


class Slot:
    """What one layer has of a cache: x, y, dy, dx in the rung's layout, and whatever it keeps by name."""

    def __init__(self, cache, leaf):
        self.cache, self.leaf = cache, leaf
        self.seen: Slot = self    # what the layer's own methods are given
        self.x = self.y = self.dy = self.dx = None
        self.store_y = self.store_dx = None
        self.has_dw = False    # were the parameter gradients of this dy computed already?
        self.drawn = 0    # samples that the draw in this slot was made for

    n = property(lambda self: self.cache.n)
    train = property(lambda self: self.cache.train)
    drawing = property(lambda self: self.cache.drawing)

    def ws(self):
        """The scratch memory of one kernel call."""
        return self.cache.ws()

    def carry_out(self, method):
        """One of the layer's methods: compute, input_grad or weight_grad."""
        getattr(self.leaf, method)(self)

    @property
    def penalty(self):
        """What the layer adds to the loss, 0-d, once it was told to `penalise`."""
        return self.vector("penalty", (), np.float64)

    def penalise(self):
        """Fills `penalty`."""
        self.leaf.penalise(self)

    def keep(self, name, shape, dtype=None):
        """An array for n samples of `shape` in the rung's layout, the same at every call."""
        return self.cache.activation((id(self), name), shape, dtype)

    def vector(self, name, shape, dtype=None):
        """An array of fixed shape, the same at every call."""
        return self.cache.buffer((id(self), name), shape, dtype)

    def public(self, name, shape, dtype=None):
        """A public array (n, *shape), the same at every call: for what the host draws."""
        return self.cache.public((id(self), name), shape, dtype)


class EdgedSlot(Slot):
    """The slot of a layer whose own methods are not kernel calls alone: they see a PublicSlot, filled and emptied here.

    A recording holds each method as one call, with its arrays: the layer's Python runs again at every replay.
    """

    def __init__(self, cache, leaf):
        super().__init__(cache, leaf)
        self.seen = PublicSlot(cache, leaf)

    def penalise(self):
        penalise_in_public(self.seen, self.x, self.penalty)

    def carry_out(self, method):
        forward = method == "compute"
        read = {"x": self.x} if forward else {"dy": self.dy}
        if self.leaf.identity:    # its forward was not carried out
            read["x"] = self.x
        written = {"compute": ("y", self.y), "input_grad": ("dx", self.dx)}.get(method)
        through_edges(self.seen, method, read, written)


@recording.recorded
def through_edges(seen, method, read, written):
    """Copies `read` {name: stored array} out to a PublicSlot, runs the layer's method there, copies `written` back."""
    leaf = seen.leaf
    for name, stored in read.items():
        show(seen, name, stored)
    if written is None:
        with on_host(leaf):
            getattr(leaf, method)(seen)
        return
    name, stored = written
    shape = leaf.in_shape if name == "dx" else leaf.out_shape
    setattr(seen, name, seen.public(("edge", name), shape))
    with on_host(leaf):
        getattr(leaf, method)(seen)
    found = np.asarray(getattr(seen, name))    # written into, or put in its place
    if found.shape != (seen.n, *shape):
        raise ValueError(f"{leaf.label()}: {method} left c.{name} of shape {found.shape}, expected {(seen.n, *shape)}")
    seen.cache.kernels.enter(found, out=stored, ws=seen.cache.ws())


@recording.recorded
def penalise_in_public(seen, x, penalty):
    """The layer's own method gives the value."""
    show(seen, "x", x)
    with on_host(seen.leaf):
        found = seen.leaf.penalise(seen)
    put(penalty, seen.penalty if found is None else found)    # an inherited method writes it there


def show(seen, name, stored):
    """Copies a stored x or dy out to a PublicSlot."""
    leaf = seen.leaf
    shape = leaf.in_shape if name == "x" else leaf.out_shape
    setattr(seen, name, seen.cache.leave((("edge", name), seen), stored, shape))


class PublicSlot(Slot):
    """x, y, dy, dx and what is kept as people see them: (n, *shape) on every rung."""

    def keep(self, name, shape, dtype=None):
        """An array (n, *shape), the same at every call."""
        return self.public(name, shape, dtype)

    def vector(self, name, shape, dtype=None):
        return self.cache.host_buffer((id(self), name), shape, dtype)

    def ws(self):
        """Scratch for the NumPy rung's kernels, which such a layer may call."""
        return fresh if self.cache.xp is not np else self.cache.ws()
