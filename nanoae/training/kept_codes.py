"""Codes kept while the encoder stands still: the decoder's phase then does no work of the encoder at all.

    decoder epochs in a row      every training image is encoded once, when the first of them begins
    decoder iterations in a row  a mini-batch is encoded once
    a frozen part                every training image goes through it once, in the whole training

Kept codes are forgotten when the encoder's weights have changed. The loss of a decoder's evaluation leaves out what the
encoder's penalties add, which is the same for every decoder.
"""
from typing import Any

import numpy as np

from ..samples import Chosen

PIECES = 64    # mini-batches, or pieces of one, whose codes are kept at most


class KeptCodes:
    """Where an evaluation begins. net: Stack([encoder, decoder]); images: those of the training, uint8.

    across_epochs: encode all images at once, at the first need, `size` at a time; else a mini-batch at a time.
    frozen: how many of the net's children, from the input up, are never trained; they stand in the encoder's place,
    and their codes are those of tests: no dropout, running statistics.
    Raises ValueError for an encoder whose code of an image depends on draws or on the rest of its mini-batch.
    """

    def __init__(self, net, images, size, across_epochs=True, frozen=None):
        self.net, self.images, self.size, self.across_epochs = net, images, size, across_epochs
        self.trains = frozen is None
        self.encoder, self.decoder = (net["encoder"], net["decoder"]) if self.trains else (net[:frozen], net[frozen:])
        for path, leaf in net.paths():
            inside = leaf in self.encoder.leaves
            if (leaf.draws and (self.trains or not inside)) or (
                    self.trains and inside and "running_mean" in leaf.statistics):
                raise ValueError(f"codes can be kept where each image has one code; {path} {leaf!r} gives it "
                                 "another in every mini-batch")
        self.forget()

    def forget(self):
        """Gives the memory of the codes and of the caches back."""
        self.encoder_cache, self.decoder_cache = self.encoder.make_cache(self.size), self.decoder.make_cache(self.size)
        self.taken: Any = None
        self.stands: tuple = (np.empty(0),)    # no encoder's
        self.codes: Any = None
        self.of_batches: dict = {}

    def start(self, block, x, cache):
        """(part, cache, input) of an evaluation of `block`: the decoder from its codes, or the net from x."""
        if any(leaf not in self.decoder.leaves for leaf in getattr(block, "leaves", (None,))):
            return self.net, cache, x
        if not isinstance(x, Chosen):
            raise ValueError("codes are kept for images as they are: train on corrupted ones without keeping codes")
        return self.decoder, self.decoder_cache, self.of(x)

    def of(self, x):
        """The codes of a mini-batch, a Chosen of the images."""
        stands = self.encoder.theta, self.encoder.running
        if not all(map(np.array_equal, self.stands, stands)):
            self.stands = tuple(vector.copy() for vector in stands)
            self.codes, self.of_batches = None, {}
        if not self.across_epochs:
            return self.of_batch(x)
        if self.codes is None:
            order = np.arange(len(self.images))
            batches = [Chosen(self.images, order[at:at + self.size], x.dtype) for at in range(0, len(order), self.size)]
            self.codes = np.concatenate([self.encoded(batch) for batch in batches])
            self.taken = np.empty((self.size, *self.encoder.out_shape), self.net.dtype)
        return np.take(self.codes, x.index, axis=0, out=self.taken[:len(x)])

    def of_batch(self, x):
        """The codes of this mini-batch, or this piece of one; those of the last few are kept."""
        if id(x) not in self.of_batches:
            if len(self.of_batches) >= PIECES:
                self.of_batches.clear()
            self.of_batches[id(x)] = x, self.encoded(x)    # x is held, so that its id stays its own
        return self.of_batches[id(x)][1]

    def encoded(self, x):
        return self.encoder.forward(x, self.encoder_cache, train=self.trains)[0].copy()
