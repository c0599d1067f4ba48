"""The training loop, open: whoever runs it tests, saves and draws between two epochs.

It keeps where a training stands (a Position), the time and the guard; what happens to a mini-batch is `Fit.step`. It
can be left after any step and entered again with the same bits.

    for epoch in train(fit):
        print(epoch.number, epoch.train_loss)
"""
import math
import time

import numpy as np

from .threads import Fixed, Threads


def train(fit, after_step=None, progress=None):
    """Carries a Fit to its last epoch, from where its position is; yields an Epoch after each.

    after_step() is called when a step is done and everything is in a state that could be saved.
    Raises NonFiniteLoss, with the layer, step and batch, where the loss is no longer a number.
    """
    fit.begin()
    position, rng = fit.position, fit.seeds.batches
    threads = Threads() if fit.net.backend == "numba" else Fixed()
    try:
        while position.epoch <= fit.epochs:
            position.begin_epoch(rng)
            fit.begin_epoch(position.epoch)
            began = time.perf_counter()
            for batch in fit.batches.shuffled(rng, skip=position.batch):
                with np.errstate(over="ignore", invalid="ignore"):    # what is not finite is reported below, by name
                    loss = fit.step(batch)
                norms = fit.gradient_norms()
                seconds = time.perf_counter() - began
                threads.note(seconds)
                began = time.perf_counter()
                if loss is None:
                    position.skip(seconds)
                else:
                    loss = float(loss)
                    position.add_step(loss, norms, seconds)
                    if not math.isfinite(loss + sum(norms.values())):
                        fit.explain(loss, norms)
                    if progress is not None:
                        progress.batch(position.epoch, len(batch), loss)
                if after_step is not None:
                    after_step()
            threads.settle()
            if not position.losses:
                fit.explain(math.inf, {})
            yield position.end_epoch()
    finally:
        threads.restore()
