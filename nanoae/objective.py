"""What is trained: a loss of a part's output, plus what its layers add to it. These are methods of Part."""
import numpy as np


def loss(self, loss, target, cache, reduction="mean", penalties=True, plus=None):
    """Value of one of nanoae.losses between this part's output and target, plus this part's penalties (their value,
    with penalties=False, is left out); its gradient stays in the cache, and an Inside `plus` is added to that.

    target: (n, *out_shape), or labels (n,) for cross_entropy. Returns a 0-d float64 of the rung, of its own; follow
    with backward(None, cache).
    """
    y = cache[self.leaves[-1]].y
    if cache.n == 0 or y is None:
        raise ValueError(f"no output of {self.label()} is kept in this cache: forward first, with fuse=False "
                         "where a later layer computes it")
    value = cache.buffer("loss", (), np.float64)
    dy = cache.activation(("loss dy", self), self.out_shape)
    last = self.leaves[-1]
    # is dy stored times the last activation's derivative?
    derived = self.fused and last.fusion.loss_derives and plus is None
    store = (*last.activation, y) if derived else None
    inside = loss.take_in(self, target, cache)

    def walk():
        loss.evaluate(self, y, inside.stored, cache, reduction, dy, value, store)
        for leaf in self.penalising if penalties else ():
            cache[leaf].penalise()
            self.kernels.accumulate(cache[leaf].penalty, out=value)

    cache.replay(("loss", self), (loss, reduction, inside, penalties, derived), walk)
    if plus is not None:
        dy += self.samples("plus", plus, self.out_shape, cache.n).stored
    cache.loss_grad = (last, dy, derived)
    return self.loss_value(cache)


def loss_value(self, cache):
    """The last loss in this cache, 0-d."""
    return cache.buffer("loss", (), np.float64).copy()[()]


def penalising(self):
    """The layers that add to the loss."""
    return [leaf for leaf in self.leaves if leaf.penalises]


def penalty(self, cache):
    """What this part's layers add to the loss (see L1Penalty), of the cache's last forward."""
    for leaf in self.penalising:
        cache[leaf].penalise()
    return sum(cache[leaf].penalty[()] for leaf in self.penalising)
