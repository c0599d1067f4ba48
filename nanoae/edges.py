"""The edges of a cache: samples come into the rung's layout, and leave it as people see them."""
from typing import Any

import numpy as np

from .arrays import address, put, resident
from .samples import Chosen, Inside


class Edges:
    """The base of Cache that takes samples in and gives them out."""

    n: int
    capacity: int
    kernels: Any
    xp: Any
    buffer: Any
    activation: Any
    public: Any
    tapes: Any
    ws: Any

    def __init__(self):
        self.insides: dict = {}    # (address, n, shape) -> the Inside of that memory
        self.holds: dict = {}    # (role, part) -> (the Chosen that was gathered there, its Inside)

    def take_in(self, role, part, x, shape):
        """Samples in the rung's layout, an Inside, in the same memory at every call; nothing of it is recorded.

        A Chosen that is there already, as input or target, is not gathered again: an array may have changed meanwhile.
        """
        if isinstance(x, Inside):
            return x
        key = role, part
        for place in (key, ("x", part)):
            held, inside = self.holds.get(place, (None, None))
            if held is x:
                return inside
        buffer = self.activation(key, shape)
        inside = self.inside(buffer, shape)
        if isinstance(x, Chosen):
            index = self.buffer((key, "index"), (self.capacity,), np.int64)[:len(x)]
            put(index, x.index)
            images = resident(x.images, self.xp)
            self.tapes.again((key, len(x), id(images), x.whole), lambda: self.kernels.gather(
                images, index, x.whole, out=buffer, ws=self.ws()))
            self.holds[key] = x, inside
        else:
            self.kernels.enter(x, out=buffer, ws=self.ws())
            self.holds.pop(key, None)
        return inside

    def inside(self, stored, shape):
        """The Inside of a stored array; of the same memory the same one, so that it can tell a tape from another."""
        key = address(stored), self.n, shape
        if key not in self.insides:
            self.insides[key] = Inside(stored, (self.n, *shape))
        return self.insides[key]

    def leave(self, key, x, shape):
        """Copies samples out of the rung's layout into a public buffer."""
        buffer = self.public(key, shape)
        self.kernels.leave(x, out=buffer)
        return buffer
