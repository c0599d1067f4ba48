"""Where a training stands: all that the loop knows beside theta, the optimizer and the generators."""
from dataclasses import asdict, dataclass, field

import numpy as np


@dataclass
class Epoch:
    """One pass over the data: what history.jsonl records of it."""

    number: int    # from 1
    steps: int    # since the beginning
    train_loss: float    # mean of the mini-batches' losses, each before its step
    seconds: float
    gradient_norms: dict    # layer -> Euclidean norm of its gradient, mean over the steps taken
    skipped: int = 0    # mini-batches of which no step was taken


@dataclass
class Position:
    """The epoch under way, how many of its mini-batches are done, and what they gave."""

    epoch: int = 1
    batch: int = 0
    step: int = 0
    losses: list = field(default_factory=list)    # of the steps taken
    norms: dict = field(default_factory=dict)    # sums over them
    seconds: float = 0.0
    order: dict | None = None    # the batch generator's state before this epoch's shuffle

    def begin_epoch(self, rng):
        """Notes the generator's state before the shuffle; in the middle of an epoch, puts it back there."""
        if self.order is None:
            self.order = rng.bit_generator.state
        else:
            rng.bit_generator.state = self.order

    def move_on(self, seconds):
        """A mini-batch is done."""
        self.batch += 1
        self.step += 1
        self.seconds += seconds

    def add(self, loss, norms):
        """What a step that was taken found."""
        self.losses.append(loss)
        self.norms = {path: self.norms.get(path, 0.0) + norm for path, norm in norms.items()}

    def end_epoch(self):
        """The Epoch that is done; the position moves to the beginning of the next."""
        taken = len(self.losses)
        done = Epoch(self.epoch, self.step, float(np.mean(self.losses)), self.seconds,
                     {path: total / taken for path, total in self.norms.items()}, self.batch - taken)
        self.epoch, self.batch, self.losses, self.norms, self.seconds, self.order = self.epoch + 1, 0, [], {}, 0.0, None
        return done

    def state(self):
        """A dictionary that JSON holds exactly."""
        return asdict(self)
