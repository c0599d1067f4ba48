"""The training loop, open: whoever runs it tests, saves and draws between two epochs.

It keeps where a training stands (a Position), the time and the guard; what happens to a mini-batch is `Fit.step`. It
can be left after any step and entered again with the same bits.

    for epoch in train(fit):
        print(epoch.number, epoch.train_loss)
"""
import time

import numpy as np

from .threads import Fixed, Threads


def train(fit, after_step=None, progress=None):
    """Carries a Fit to its last epoch, from where its position is; yields an Epoch after each.

    after_step() is called when a step is done and everything is in a state that could be saved.
    Raises NonFiniteLoss, with the layer, step and batch, where the loss is no longer a number: at once where the rung's
    memory is the host's or the Fit reads every step, else when losses are read next.
    """
    fit.begin()
    position, rng = fit.position, fit.seeds.batches
    at_once = fit.reads_every_step if fit.reads_every_step is not None else fit.net.xp is np
    threads = Threads() if fit.net.backend == "numba" else Fixed()
    try:
        while position.epoch <= fit.epochs:
            position.begin_epoch(rng)
            fit.begin_epoch(position.epoch)
            began = time.perf_counter()
            for batch in fit.batches.shuffled(rng, skip=position.batch):
                fit.begin_step()
                with np.errstate(over="ignore", invalid="ignore"):    # what is not finite is reported below, by name
                    loss = fit.step(batch)
                fit.note(loss)
                seconds = time.perf_counter() - began
                threads.note(seconds)
                began = time.perf_counter()
                position.move_on(seconds)
                if at_once:
                    fit.settle()
                if loss is not None and progress is not None:
                    progress.batch(position.epoch, len(batch), fit.last_loss)
                if after_step is not None:
                    after_step()
            threads.settle()
            fit.settle()    # waits for all that was started
            position.seconds += time.perf_counter() - began
            if not position.losses:
                fit.explain_nothing()
            epoch = position.end_epoch()
            yield epoch
            fit.judge(epoch.number)
    finally:
        threads.restore()
