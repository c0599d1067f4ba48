"""A training in stages: each has a network and an optimizer of its own, made from the network of the one before.

    Stages([(10, train_head), (5, train_all)])         train_all(before) is given train_head's Fit, which is trained
"""
from dataclasses import dataclass
from typing import Any


@dataclass
class Stages:
    """To whoever runs, saves and opens it, one Fit. stages: [(epochs, make_fit)]; make_fit(before) returns the stage's
    Fit, and is given None at the first. Its network may be the one before, or hold clones of that one's parts.

    Epochs and steps are counted through all stages; one with patience may end early. A stage made again after a kill is
    given an untrained Fit of the same architecture: what it needs beside its network belongs into its `arrays`.
    Raises ValueError for no stage, or one without an epoch.
    """

    stages: list
    number: int = 0    # of the stage that is under way
    fit: Any = None

    def __post_init__(self):
        if not self.stages or min(epochs for epochs, _ in self.stages) < 1:
            raise ValueError(f"Stages takes at least one stage, each of at least one epoch; got "
                             f"{[epochs for epochs, _ in self.stages]}")
        self.begin(0)

    def begin(self, number):
        """Makes the Fit of a stage from the one before."""
        before = self.fit
        self.number = number
        epochs, make_fit = self.stages[number]
        self.fit = make_fit(before)
        if before is not None:
            self.fit.position, self.fit.history = before.position, before.history
        self.fit.epochs = self.fit.position.epoch - 1 + epochs

    epochs = property(lambda self: sum(epochs for epochs, _ in self.stages))
    net = property(lambda self: self.fit.net)
    optimizer = property(lambda self: self.fit.optimizer)
    optimizers = property(lambda self: self.fit.optimizers)
    batches = property(lambda self: self.fit.batches)
    test_batches = property(lambda self: self.fit.test_batches)
    reduction = property(lambda self: self.fit.reduction)
    position = property(lambda self: self.fit.position)
    history = property(lambda self: self.fit.history)
    tested = property(lambda self: self.fit.tested)
    best = property(lambda self: self.fit.best)
    outcome = property(lambda self: self.fit.outcome)

    def run(self, progress=None, after_step=None, after_epoch=None):
        """Trains to the end of the last stage, testing after each epoch."""
        while True:
            self.fit.run(progress, after_step, after_epoch)
            if self.number + 1 == len(self.stages):
                return
            self.begin(self.number + 1)

    def tensors(self):
        return self.fit.tensors()

    def state(self):
        return {**self.fit.state(), "stage": self.number, "until": self.fit.epochs}

    def compare(self, tensors, state):
        """Makes the stages up to the checkpoint's, and compares that one's Fit."""
        while self.number < min(state["stage"], len(self.stages) - 1):
            self.begin(self.number + 1)
        self.fit.compare(tensors, state)

    def load(self, tensors, state):
        self.fit.load(tensors, state)
        self.fit.epochs = state["until"]
