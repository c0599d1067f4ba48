"""The training loop, open: every line that touches a mini-batch is here.

It is a generator: it yields after each epoch, and whoever runs it tests, saves and draws between two of them.

    for epoch in train(net, optimizer, mse, batches, epochs, seeds):
        print(epoch.number, epoch.train_loss)
"""
import time
from dataclasses import dataclass

import numpy as np

from .guard import check_finite


@dataclass
class Epoch:
    """One pass over the data: what history.jsonl records of it."""

    number: int    # from 1
    steps: int    # since the beginning
    train_loss: float    # mean of the mini-batches' losses, each taken before its step
    seconds: float
    gradient_norms: dict    # layer -> Euclidean norm of its gradient, mean over the mini-batches


def train(net, optimizer, loss, batches, epochs, seeds, progress=None):
    """Trains `net` to reproduce its input: `epochs` passes over `batches`; yields an Epoch after each.

    Raises NonFiniteLoss, with the layer, step and batch, where the loss is no longer a number.
    """
    cache = net.make_cache(batches.size)
    norms = GradientNorms(net)
    step = 0
    for number in range(1, epochs + 1):
        losses, began = [], time.perf_counter()
        for batch, x in enumerate(batches.shuffled(seeds.batches), 1):
            net.draw(cache, len(x), seeds.draws)    # dropout masks: the same for every evaluation of this batch

            def evaluate(block=None, grad=True, x=x):
                net.forward(x, cache, train=True, need_y=False)
                value = net.loss(loss, x, cache)
                if grad:
                    net.backward(None, cache, need_dx=False, need_dw=True if block is None else block)
                return value

            with np.errstate(over="ignore", invalid="ignore"):    # what is not finite is reported below, by name
                value = float(optimizer.step(evaluate))
            net.commit(cache)    # batch norm's running statistics move once per mini-batch
            step += 1
            if not np.isfinite(value):
                check_finite(net, cache, value, number, step, batch)
            losses.append(value)
            norms.add()
            if progress is not None:
                progress.batch(number, batch, len(batches), len(x), value)
        yield Epoch(number, step, float(np.mean(losses)), time.perf_counter() - began, norms.means())


def compile_kernels(net, loss, batches, seed=0):
    """One evaluation before the clock starts, so that compiled rungs compile here; theta and statistics stay."""
    cache = net.make_cache(batches.size)
    x = next(batches.in_order())
    net.forward(x, cache, train=True, rng=np.random.default_rng(seed), need_y=False)
    net.loss(loss, x, cache)
    net.backward(None, cache, need_dx=False)


class GradientNorms:
    """Mean Euclidean norm of each layer's gradient over an epoch."""

    def __init__(self, net):
        self.layers = {path: layer for path, layer in net.paths() if layer.parameters}
        self.reset()

    def reset(self):
        self.sums, self.count = dict.fromkeys(self.layers, 0.0), 0

    def add(self):
        self.count += 1
        for path, layer in self.layers.items():
            self.sums[path] += float(np.einsum("i,i", layer.grad, layer.grad)) ** 0.5    # @ would wake threads

    def means(self):
        means = {path: total / max(self.count, 1) for path, total in self.sums.items()}
        self.reset()
        return means
