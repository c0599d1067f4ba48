"""The training loop, open: every line that touches a mini-batch is here.

It is a generator: it yields after each epoch, and whoever runs it tests, saves and draws between two of them. Where it
stands is kept in a Position, so that it can be left after any step and entered again with the same bits.

    for epoch in train(net, optimizer, mse, batches, epochs, seeds):
        print(epoch.number, epoch.train_loss)
"""
import time

import numpy as np

from .guard import check_finite
from .position import Position


def train(net, optimizer, loss, batches, epochs, seeds, position=None, after_step=None, progress=None,
          reduction="mean"):
    """Trains `net` to reproduce its input: `epochs` passes over `batches`; yields an Epoch after each.

    Goes on from `position` where one is given. after_step() is called when a step is done and everything is in a state
    that could be saved. Raises NonFiniteLoss, with the layer, step and batch, where the loss is no longer a number.
    """
    position = position or Position()
    cache = net.make_cache(batches.size)
    layers = {path: layer for path, layer in net.paths() if layer.parameters}
    while position.epoch <= epochs:
        position.begin_epoch(seeds.batches)
        began = time.perf_counter()
        for x in batches.shuffled(seeds.batches, skip=position.batch):
            net.draw(cache, len(x), seeds.draws)    # dropout masks: the same for every evaluation of this batch

            def evaluate(block=None, grad=True, x=x):
                net.forward(x, cache, train=True, need_y=False)
                value = net.loss(loss, x, cache, reduction)
                if grad:
                    net.backward(None, cache, need_dx=False, need_dw=True if block is None else block)
                return value

            evaluate.batch = x    # type: ignore[attr-defined]
            net.grad[...] = 0    # a block that this step does not evaluate has no gradient to report
            with np.errstate(over="ignore", invalid="ignore"):    # what is not finite is reported below, by name
                value = float(optimizer.step(evaluate))
            net.commit(cache)    # batch norm's running statistics move once per mini-batch
            norms = {path: norm(layer.grad) for path, layer in layers.items()}
            position.add_step(value, norms, time.perf_counter() - began)
            began = time.perf_counter()
            if not np.isfinite(value):
                check_finite(net, cache, value, position)
            if progress is not None:
                progress.batch(position.epoch, len(x), value)
            if after_step is not None:
                after_step()
        yield position.end_epoch()


def norm(grad):
    """Euclidean length of a flat vector; not by `@`, which would wake the matrix library's threads."""
    return float(np.einsum("i,i", grad, grad)) ** 0.5


def compile_kernels(net, loss, batches, seed=0):
    """One evaluation before the clock starts, so that compiled rungs compile here; theta and statistics stay."""
    cache = net.make_cache(batches.size)
    x = next(batches.in_order())
    net.forward(x, cache, train=True, rng=np.random.default_rng(seed), need_y=False)
    net.loss(loss, x, cache)
    net.backward(None, cache, need_dx=False)
