"""Codes kept while the encoder stands still: the decoder's phase then does no work of the encoder at all.

    decoder epochs in a row      every training image is encoded once, when the first of them begins
    decoder iterations in a row  a mini-batch is encoded once

Kept codes are forgotten when the encoder's weights have changed. The loss of a decoder's evaluation leaves out what the
encoder's penalties add, which is the same for every decoder.
"""
import numpy as np

from ..samples import Chosen


class KeptCodes:
    """Where an evaluation begins. net: Stack([encoder, decoder]); images: those of the training, uint8.

    across_epochs: encode all images at once, at the first need, `size` at a time; else a mini-batch at a time.
    Raises ValueError for an encoder whose code of an image depends on draws or on the rest of its mini-batch.
    """

    def __init__(self, net, images, size, across_epochs=True):
        self.net, self.images, self.size, self.across_epochs = net, images, size, across_epochs
        self.encoder, self.decoder = net["encoder"], net["decoder"]
        for path, leaf in net.paths():
            if leaf.draws or (leaf in self.encoder.leaves and "running_mean" in leaf.statistics):
                raise ValueError(f"codes can be kept where each image has one code; {path} {leaf!r} gives it "
                                 "another in every mini-batch")
        self.encoder_cache, self.decoder_cache = self.encoder.make_cache(size), self.decoder.make_cache(size)
        self.taken = np.empty((size, *self.encoder.out_shape), net.dtype)
        self.forget()

    def forget(self):
        """Gives the codes' memory back."""
        self.theta, self.batch, self.codes = None, None, None

    def start(self, block, x, cache):
        """(part, cache, input) of an evaluation of `block`: the decoder from its codes, or the net from x."""
        if block is None or any(leaf not in self.decoder.leaves for leaf in block.leaves):
            return self.net, cache, x
        return self.decoder, self.decoder_cache, self.of(x)

    def of(self, x):
        """The codes of a mini-batch, a Chosen of the images."""
        if self.theta is None or not np.array_equal(self.theta, self.encoder.theta):
            self.theta, self.batch, self.codes = self.encoder.theta.copy(), None, None
        if not self.across_epochs:
            if x is not self.batch:
                self.batch, self.codes = x, self.encoded(x)
            return self.codes
        if self.codes is None:
            order = np.arange(len(self.images))
            batches = [Chosen(self.images, order[at:at + self.size], x.dtype) for at in range(0, len(order), self.size)]
            self.codes = np.concatenate([self.encoded(batch) for batch in batches])
        return np.take(self.codes, x.index, axis=0, out=self.taken[:len(x)])

    def encoded(self, x):
        return self.encoder.forward(x, self.encoder_cache, train=True)[0].copy()
