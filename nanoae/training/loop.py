"""The training loop, open: every line that touches a mini-batch is here.

It is a generator: it yields after each epoch, and whoever runs it tests, saves and draws between two of them. Where it
stands is kept in a Position, so that it can be left after any step and entered again with the same bits.

    for epoch in train(net, optimizer, mse, batches, epochs, seeds):
        print(epoch.number, epoch.train_loss)
"""
import time
from typing import Any

import numpy as np

from .guard import check_finite
from .position import Position
from .threads import Fixed, Threads


def train(net, optimizer, loss, batches, epochs, seeds, position=None, after_step=None, progress=None,
          reduction="mean", before_epoch=None, kept=None):
    """Trains `net` to reproduce its input: `epochs` passes over `batches`; yields an Epoch after each.

    Goes on from `position` where one is given. before_epoch(number) is called at the beginning of each epoch and of
    what is left of one; after_step() when a step is done and everything is in a state that could be saved. kept:
    KeptCodes, where the decoder's evaluations are to use them.
    Raises NonFiniteLoss, with the layer, step and batch, where the loss is no longer a number.
    """
    position = position or Position()
    cache = net.make_cache(batches.size)
    layers = {path: layer for path, layer in net.paths() if layer.parameters}

    def evaluate(block=None, grad=True):
        target = today.batch    # a method may have set a part of the mini-batch
        part, within, x = (net, cache, target) if kept is None else kept.start(block, target, cache)
        part.forward(x, within, train=True, need_y=False)
        value = part.loss(loss, target, within, reduction)
        if grad:
            part.backward(None, within, need_dx=False, need_dw=block if hasattr(block, "leaves") else True)
        today.last = part, within
        return value

    today: Any = evaluate
    threads = Threads() if net.backend == "numba" else Fixed()
    while position.epoch <= epochs:
        position.begin_epoch(seeds.batches)
        if before_epoch is not None:
            before_epoch(position.epoch)
        began = time.perf_counter()
        threads.begin()
        try:
            for x in batches.shuffled(seeds.batches, skip=position.batch):
                net.draw(cache, len(x), seeds.draws)    # dropout masks: the same for every evaluation of this batch
                today.batch = x
                net.grad[...] = 0    # a block that this step does not evaluate has no gradient to report
                with np.errstate(over="ignore", invalid="ignore"):    # what is not finite is reported below, by name
                    value = float(optimizer.step(today))
                part, within = today.last
                part.commit(within)    # batch norm's running statistics move once per mini-batch
                norms = {path: norm(layer.grad) for path, layer in layers.items()}
                position.add_step(value, norms, time.perf_counter() - began)
                threads.note(time.perf_counter() - began)
                began = time.perf_counter()
                if not np.isfinite(value):
                    check_finite(part, within, value, position)
                if progress is not None:
                    progress.batch(position.epoch, len(x), value)
                if after_step is not None:
                    after_step()
        finally:
            threads.restore()
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
