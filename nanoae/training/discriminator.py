"""A discriminator at work: it learns to tell real images from made ones, and its opinion teaches whoever made them.

Its network ends in a logit; the sigmoid of that is D(x), the probability that x is real (Goodfellow et al. 2014). What
it is given and what it answers stays on the rung: images may be an Inside, losses and ratings are 0-d.
"""
import numpy as np

from ..losses import bce_with_logits
from ..samples import Inside

# what a generator minimises: (loss of the logits of its images, how it wants them rated); -bce(logit, 0) is log(1 - D)
GAMES = {"non-saturating": (bce_with_logits, 1), "minimax": (bce_with_logits.times(-1), 0)}


class Discriminator:
    """net: a part of a network, (n, c, h, w) to one logit a sample. optimizer: of that part. size: of a mini-batch."""

    def __init__(self, net, optimizer, size):
        self.net, self.optimizer = net, optimizer
        self.real, self.fake = net.make_cache(size), net.make_cache(size)
        self.of_real = net.xp.zeros_like(net.grad)
        self.constants: dict = {}

    def constant(self, value, like):
        """Targets of one value for so many logits, in their layout."""
        key = value, len(like)
        if key not in self.constants:
            self.constants[key] = Inside(self.net.xp.full(like.stored.shape, value, like.dtype), like.shape)
        return self.constants[key]

    def rate(self, x, wanted, cache, loss=bce_with_logits):
        """(loss where D(x) is wanted to be 1, or 0; mean D(x)) of a mini-batch."""
        logits, _ = self.net.forward(x, cache, train=True, inside=True)
        rating = self.mean_rating(logits, cache)
        return self.net.loss(loss, self.constant(wanted, logits), cache), rating

    def mean_rating(self, logits, cache):
        """The mean of D(x) = sigmoid(logit), which is not below 0: its mean distance from 0."""
        kernels, n = self.net.kernels, len(logits)
        rated, slope = (cache.activation((role, self), self.net.out_shape) for role in ("D(x)", "unused"))
        mean, zeros = cache.buffer(("mean D(x)", self), (), np.float64), self.constant(0, logits).stored

        def evaluate():
            kernels.sigmoid_forward(logits.stored, out=rated, ws=cache.ws())
            kernels.l1(rated, zeros, n, 1 / n, out=slope, value=mean, ws=cache.ws(), store=None)

        cache.tapes.again(("mean D(x)", logits), evaluate)
        return mean.copy()[()]

    def gradient(self, real, fake):
        """Its gradient of -[log D(real) + log(1 - D(fake))], each a mean over the mini-batch; returns (that loss, mean
        D(real), mean D(fake))."""
        of_real, rating = self.rate(real, 1, self.real)
        self.net.backward(None, self.real, need_dx=False)
        self.of_real[...] = self.net.grad
        of_fake, rating_of_fake = self.rate(fake, 0, self.fake)
        self.net.backward(None, self.fake, need_dx=False)
        self.net.grad += self.of_real
        return of_real + of_fake, rating, rating_of_fake

    def learn(self, real, fake):
        """One step of its own; returns what `gradient` does."""
        found = self.gradient(real, fake)
        self.optimizer.update()
        self.net.commit(self.real)
        self.net.commit(self.fake)
        return found

    def opinion(self, fake, loss=bce_with_logits, wanted=1):
        """(loss, its gradient with respect to the images) of made images that want to be rated as `wanted`, 1 or 0. Its
        own weights get none. The gradient is an Inside, valid until its next backward."""
        value, _ = self.rate(fake, wanted, self.fake, loss)
        return value, self.net.backward(None, self.fake, need_dw=False, inside=True)
