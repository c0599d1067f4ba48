"""Corruption of inputs for denoising: the input is spoilt, the target stays.

    corrupt = Noise(0.5, rng)
    batches = Batches(images, 128, corrupt=corrupt)

A corruption owns its generator, which moves on with every mini-batch of training; what tests see (`afresh`) begins at
the same place every time. The images stay uint8 in memory: a mini-batch is gathered, scaled and spoilt in arrays that
are made once.
"""
import copy

import numpy as np

from ..bounds import number


class Corruption:
    """The base: calls `spoil(x)`, which writes into x (n, c, h, w)."""

    def __init__(self, rng):
        self.rng, self.start = rng, rng.bit_generator.state
        self.buffers: dict = {}

    def afresh(self):
        """The same corruption with a generator of its own, where this one's began."""
        twin = copy.copy(self)
        twin.rng = copy.deepcopy(self.rng)
        twin.rng.bit_generator.state, twin.buffers = self.start, {}
        return twin

    def __call__(self, chosen, most):
        """The spoilt images of a Chosen, in memory that is made once for `most` samples."""
        raw = self.buffer("raw", most, chosen.images.shape[1:], chosen.images.dtype)[:len(chosen)]
        x = self.buffer("x", most, chosen.images.shape[1:], chosen.dtype)[:len(chosen)]
        np.take(chosen.images, chosen.index, axis=0, out=raw, mode="clip")    # mode="raise" would make a copy
        np.divide(raw, chosen.whole, out=x, casting="same_kind")
        self.spoil(x)
        return x

    def spoil(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no spoil")

    def buffer(self, name, most, shape, dtype):
        """A fixed array (most, *shape)."""
        if name not in self.buffers or len(self.buffers[name]) < most:
            self.buffers[name] = np.empty((most, *shape), dtype)
        return self.buffers[name]


class Noise(Corruption):
    """x + std z, z from N(0, 1), cut off at 0 and 1 unless clip=False."""

    def __init__(self, std, rng, clip=True):
        super().__init__(rng)
        self.std, self.clip = number("std", std), bool(clip)

    def __repr__(self):
        return f"Noise({self.std!r})" if self.clip else f"Noise({self.std!r}, clip=False)"

    def spoil(self, x):
        z = self.buffer("z", len(x), x.shape[1:], x.dtype)[:len(x)]
        self.rng.standard_normal(out=z, dtype=z.dtype)
        z *= self.std
        x += z
        if self.clip:
            np.clip(x, 0, 1, out=x)


class Blackened(Corruption):
    """Each pixel is black, in all channels, with probability `share`."""

    def __init__(self, share, rng):
        super().__init__(rng)
        self.share = number("share", share, most=1)

    def __repr__(self):
        return f"Blackened({self.share!r})"

    def spoil(self, x):
        shape = (1, *x.shape[2:])
        drawn = self.buffer("drawn", len(x), shape, np.float32)[:len(x)]
        black = self.buffer("black", len(x), shape, np.bool_)[:len(x)]
        self.rng.random(out=drawn, dtype=np.float32)
        np.less(drawn, self.share, out=black)
        np.copyto(x, 0, where=black)
