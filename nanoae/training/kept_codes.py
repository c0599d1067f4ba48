"""Codes kept while the encoder stands still: the decoder's phase then does no work of the encoder at all.

    decoder epochs in a row      every training image is encoded once, when the first of them begins
    decoder iterations in a row  a mini-batch is encoded once
    a frozen part                every training image goes through it once, in the whole training

Kept codes are outdated when the encoder's weights were moved. Optimizers note that (`nanoae.parameters.moved`), and so
does whoever writes into weights by hand. The loss of a decoder's evaluation leaves out what the encoder's penalties
add, which is the same for every decoder.
"""
import numpy as np

from ..parameters import moves_of
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
        self.other_moves = 0
        self.forget()

    def forget(self):
        """Gives the memory of the codes and of the caches back."""
        self.encoder_cache, self.decoder_cache = self.encoder.make_cache(self.size), self.decoder.make_cache(self.size)
        self.codes = self.room = None    # memory on the rung: for the codes of all images, for those of a mini-batch
        self.outdated()

    def outdated(self):
        """What was encoded up to now is no longer what the encoder would say."""
        self.encoded_all, self.of_batches = False, {}
        self.last: tuple = (None, None)    # a mini-batch, and its codes as the decoder takes them
        self.moves = moves_of(self.encoder), self.other_moves

    def start(self, block, x, cache):
        """(part, cache, input) of an evaluation of `block`: the decoder from its codes, or the net from x."""
        if any(leaf not in self.decoder.leaves for leaf in getattr(block, "leaves", (None,))):
            self.other_moves += not hasattr(block, "leaves")    # a slice of theta, which tells nobody that it moves
            return self.net, cache, x
        if not isinstance(x, Chosen):
            raise ValueError("codes are kept for images as they are: train on corrupted ones without keeping codes")
        return self.decoder, self.decoder_cache, self.of(x)

    def of(self, x):
        """The codes of a mini-batch, a Chosen of the images."""
        if self.moves != (moves_of(self.encoder), self.other_moves):
            self.outdated()
        if self.last[0] is not x:
            self.last = x, self.chosen(x) if self.across_epochs else self.of_batch(x)
        return self.last[1]

    def chosen(self, x):
        """From the codes of all images, which are made at the first need."""
        if self.codes is None:
            self.codes = self.net.xp.empty((len(self.images), *self.encoder.out_shape), self.net.dtype)
        if not self.encoded_all:
            order = np.arange(len(self.images))
            for at in range(0, len(order), self.size):
                stored = self.encoded(Chosen(self.images, order[at:at + self.size], x.dtype))
                self.net.kernels.leave(stored, out=self.codes[at:at + self.size])
            self.encoded_all = True
        return Chosen(self.codes, x.index, self.net.dtype)

    def of_batch(self, x):
        """Those of this mini-batch, or this piece of one; the last few are kept."""
        if id(x) not in self.of_batches:
            if len(self.of_batches) >= PIECES:
                self.of_batches.clear()
            self.of_batches[id(x)] = x, self.encoded(x).copy()    # x is held, so that its id stays its own
        stored = self.of_batches[id(x)][1]
        if self.room is None:
            self.room = self.net.xp.empty(self.net.kernels.storage(self.size, self.encoder.out_shape), self.net.dtype)
        room = self.room[:len(stored)]
        room[...] = stored    # one memory for all, so that what is recorded of the decoder finds them there
        self.decoder_cache.n = len(x)
        return self.decoder_cache.inside(room, self.encoder.out_shape)

    def encoded(self, x):
        """The codes in the rung's layout, valid until the next."""
        return self.encoder.forward(x, self.encoder_cache, train=self.trains, inside=True)[0].stored
