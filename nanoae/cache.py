"""What a forward saves, and the workspace of everything that follows it.

A cache is made for at most `capacity` samples of one network. It holds one slot for each layer (its input, output and
whatever it keeps), two gradient buffers that backward uses in turn, scratch memory for kernels, and public arrays for
what people are handed. Nothing is allocated twice: a smaller batch uses the first part of the same buffers.
"""
from math import prod

import numpy as np

from .edges import Edges
from .slots import EdgedSlot, Slot
from .tapes import Tapes


class Cache(Edges):
    """The memory of one forward of `owner` and of the backwards, losses and commits that belong to it."""

    def __init__(self, owner, capacity):
        if capacity < 1:
            raise ValueError(f"a cache is made for at least one sample, not {capacity}")
        self.owner, self.capacity = owner, capacity
        self.kernels, self.xp, self.dtype = owner.kernels, owner.xp, owner.dtype
        self.n, self.train, self.drawing = 0, False, False
        self.loss_grad = None
        self.buffers = {}
        self.slots = {leaf: (Slot if leaf.kernels_only else EdgedSlot)(self, leaf) for leaf in owner.leaves}
        self.scratch_memory, self.scratch_used = self.memory((0,), np.uint8), 0
        self.gradients, self.turn = {}, 0
        super().__init__()
        self.tapes = Tapes(self)
        self.replay = self.tapes.replay

    def __getitem__(self, layer):
        """The slot of a layer. Raises ValueError for one of another network."""
        if layer not in self.slots:
            raise ValueError(f"{layer!r} is not in the network that this cache was made for ({self.owner!r})")
        return self.slots[layer]

    def serving(self, part, n):
        """This cache, if it was made for `part` and holds n samples; else ValueError."""
        if self.owner is not part:
            raise ValueError(f"forward fills a cache of its own part; this one was made for {self.owner!r}. "
                             "Use this part's make_cache(n)")
        if n > self.capacity:
            raise ValueError(f"{n} samples came and the cache holds {self.capacity}: use make_cache({n})")
        return self

    def begin(self, n, train, drawing):
        """A new forward of n samples; `drawing`: layers use what was drawn."""
        self.n, self.train, self.drawing, self.loss_grad = n, train, drawing, None

    def state(self):
        """What a walk may leave in the cache itself."""
        return {name: getattr(self, name) for name in ("n", "train", "drawing", "loss_grad", "turn")}

    def buffer(self, key, shape, dtype=None):
        """A fixed array of this shape, made (as zeros) at the first call."""
        if key not in self.buffers:
            self.buffers[key] = self.memory(shape, dtype or self.dtype)
        return self.buffers[key]

    def memory(self, shape, dtype):
        """New zeros; on the host they begin at a multiple of 64 bytes, lest every second vector straddle two lines."""
        size = prod(shape) * np.dtype(dtype).itemsize
        try:
            if self.xp is not np:
                return self.xp.zeros(shape, dtype)
            whole = np.zeros(size + 64, np.uint8)
        except MemoryError:
            raise MemoryError(f"no room for {size:,} bytes more, numbers of shape {tuple(shape)} in a cache for "
                              f"{self.capacity} samples: a smaller mini-batch needs less") from None
        start = -whole.ctypes.data % 64
        return whole[start:start + size].view(dtype).reshape(shape)

    def activation(self, key, shape, dtype=None):
        """Room for the present n samples of `shape` in the rung's own layout."""
        whole = self.buffer(key, self.kernels.storage(self.capacity, shape), dtype)
        return whole[:self.kernels.storage(self.n, shape)[0]]

    def public(self, key, shape, dtype=None):
        """Room for the present n samples as people see them, (n, *shape)."""
        return self.host_buffer(("public", key), (self.capacity, *shape), dtype)[:self.n]

    def host_buffer(self, key, shape, dtype=None):
        """A fixed NumPy array on every rung."""
        if key not in self.buffers:
            self.buffers[key] = np.zeros(shape, dtype or self.dtype)
        return self.buffers[key]

    def gradient(self, shape):
        """The other of two gradient buffers, for n samples of `shape`: backward reads one and writes the next."""
        self.turn ^= 1
        if self.turn not in self.gradients:
            largest = max(prod(self.kernels.storage(self.capacity, leaf.in_shape)) for leaf in self.owner.leaves)
            self.gradients[self.turn] = self.memory((largest,), self.dtype)
        stored = self.kernels.storage(self.n, shape)
        return self.gradients[self.turn][:prod(stored)].reshape(stored)

    @property
    def nbytes(self):
        """Bytes held: {'activations': what forward keeps, 'gradients': the two buffers, 'scratch': of kernels}."""
        return {"activations": sum(array.nbytes for array in self.buffers.values()),
                "gradients": sum(array.nbytes for array in self.gradients.values()),
                "scratch": self.scratch_memory.nbytes}

    def choices(self, part):
        """Which layers of people's own let x through just now: their Python decides, at every walk."""
        return tuple(bool(leaf.skips(self.slots[leaf].seen)) for leaf in part.leaves if not leaf.kernels_only)

    def ws(self):
        """The scratch of one kernel call, ws(shape, dtype): hands out memory from the start again."""
        self.scratch_used = 0
        return self.scratch

    def scratch(self, shape, dtype):
        """An array of scratch memory of unknown content, at a multiple of 64 bytes."""
        start = self.scratch_used
        stop = start + prod(shape) * np.dtype(dtype).itemsize
        if stop > self.scratch_memory.size:
            self.scratch_memory = self.memory((stop + 64,), np.uint8)
        self.scratch_used = -(-stop // 64) * 64
        return self.scratch_memory[start:stop].view(dtype).reshape(shape)
