"""A discriminator at work: it learns to tell real images from made ones, and its opinion teaches whoever made them.

Its network ends in a logit; the sigmoid of that is D(x), the probability that x is real (Goodfellow et al. 2014).
"""
import numpy as np

from ..losses import bce_with_logits

# what a generator minimises: (loss of the logits of its images, how it wants them rated); -bce(logit, 0) is log(1 - D)
GAMES = {"non-saturating": (bce_with_logits, 1), "minimax": (bce_with_logits.times(-1), 0)}


class Discriminator:
    """net: a part of a network, (n, c, h, w) to one logit a sample. optimizer: of that part. size: of a mini-batch."""

    def __init__(self, net, optimizer, size):
        self.net, self.optimizer = net, optimizer
        self.real, self.fake = net.make_cache(size), net.make_cache(size)
        self.ones = np.ones((size, *net.out_shape), net.dtype)
        self.zeros = np.zeros_like(self.ones)
        self.of_real = net.xp.zeros_like(net.grad)

    def rate(self, x, target, cache, loss=bce_with_logits):
        """(loss against ones or zeros, mean D(x)) of a mini-batch."""
        logits, _ = self.net.forward(x, cache, train=True)
        rating = float(np.mean(1 / (1 + np.exp(-logits.astype(float)))))
        return float(self.net.loss(loss, target[:len(x)], cache)), rating

    def gradient(self, real, fake):
        """Its gradient of -[log D(real) + log(1 - D(fake))], each a mean over the mini-batch; returns (that loss, mean
        D(real), mean D(fake))."""
        of_real, rating = self.rate(real, self.ones, self.real)
        self.net.backward(None, self.real, need_dx=False)
        self.of_real[...] = self.net.grad
        of_fake, rating_of_fake = self.rate(fake, self.zeros, self.fake)
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
        own weights get no gradient. The array is valid until its next backward."""
        value, _ = self.rate(fake, self.ones if wanted else self.zeros, self.fake, loss)
        return value, self.net.backward(None, self.fake, need_dw=False)
