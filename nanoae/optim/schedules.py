"""Learning-rate schedules: plain functions from the step (or epoch) t to a factor between 0 and 1.

    optimizer.lr = lr * warm_up(t, 500) * cosine(t, total=10_000)

`scheduled("cosine", 10_000, 500)` is the function of t alone that such a line needs.
"""
from math import ceil, cos, pi


def step_decay(t, every, factor=0.1):
    """factor^(t // every): a step down every `every` steps."""
    return factor ** (t // every)


def cosine(t, total, floor=0.0):
    """floor + (1 - floor) (1 + cos(pi t / total)) / 2: from 1 down to `floor` (Loshchilov and Hutter 2017, eq. 5)."""
    return floor + (1 - floor) * (1 + cos(pi * min(t, total) / total)) / 2


def warm_up(t, steps):
    """(t + 1) / steps up to 1: the first `steps` steps grow evenly."""
    return min(1.0, (t + 1) / steps)


SCHEDULES = {"constant": lambda t, total: 1.0, "cosine": cosine,
             "step": lambda t, total: step_decay(t, ceil(total / 3))}    # a tenth after each third


def scheduled(name, total, warm_up_steps=0):
    """The factor of the learning rate at step t of `total`, by the name of a schedule, as a function of t alone."""
    shape = SCHEDULES[name]
    return lambda t: (warm_up(t, warm_up_steps) if warm_up_steps else 1.0) * shape(t, total)
