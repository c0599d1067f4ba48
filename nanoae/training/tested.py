"""What is done after each epoch: testing at the weights that are to be tested, a line of history, and an early end."""
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import Any

import numpy as np

from .best_weights import BestWeights
from .evaluate import constant_output
from .guard import NonFiniteLoss
from .ledger import Keeping
from .saved import Saved

DEAD = 3    # epochs of constant output before a warning


class Tested(Keeping, Saved):
    """The base of Fit that tests, and keeps the best weights where they decide when it ends."""

    epochs: int
    test: Any
    test_batches: Any
    validation_batches: Any
    measure: Any
    best: BestWeights | None
    dead_epochs: int

    def end(self, epoch, progress, after_epoch):
        """Tests after an Epoch, and tells everybody."""
        with self.tested():
            test_loss = None if self.test is None else self.test(self.net, self.loss, self.test_batches)
            measured = {} if self.validation_batches is None else {
                "validation_loss": self.test(self.net, self.loss, self.validation_batches)}
            measured |= {} if self.measure is None else self.measure(self.net)
            self.dead_epochs = self.dead_epochs + 1 if constant_output(self.net, self.test_batches) else 0
            if self.best is not None:
                self.best.note(epoch.number, measured["validation_loss"])
        if test_loss is not None and not np.isfinite(test_loss):
            raise NonFiniteLoss(f"the test loss is {test_loss} after epoch {epoch.number}, step {epoch.steps}: the "
                                "last steps diverged. A smaller learning rate, or clip_by_norm, usually helps")
        line = {"epoch": epoch.number, **asdict(epoch), "test_loss": test_loss, **measured}
        del line["number"]
        self.history.append(line)
        self.perhaps_over(epoch.number)
        if progress is not None:
            progress.epoch(epoch, line)
            if self.dead_epochs == DEAD:
                progress.note(f"warning: the network gave every test image the same output for {DEAD} epochs. Units "
                              "may be dead: a smaller learning rate or another seed usually helps")
        if after_epoch is not None:
            after_epoch(line)

    @contextmanager
    def tested(self):
        """Inside `with`, theta holds the weights that the optimizers want tested, or the best, once it is over."""
        if self.best is not None and self.best.back:
            yield
            return
        with ExitStack() as inside:
            for optimizer in self.optimizers.values():
                inside.enter_context(optimizer.evaluation_weights())
            yield

    def stop_early(self, patience):
        """Ends after so many epochs without a lower validation loss, or the last epoch, at the weights of the best.

        Raises ValueError without validation_batches.
        """
        if self.validation_batches is None:
            raise ValueError("an early end goes by the validation loss: give the Fit validation_batches")
        self.best = BestWeights(self.arrays(), patience)

    def judge(self, number):
        """Tests on the validation images after an epoch that nobody called `end` for."""
        if self.best is not None and self.best.noted < number:
            with self.tested():
                self.best.note(number, self.test(self.net, self.loss, self.validation_batches))
            self.perhaps_over(number)

    def perhaps_over(self, number):
        """After the last epoch, or so many without a lower loss: the best weights, and no epoch more."""
        if self.best is not None and (self.best.over(number) or number == self.epochs):
            self.epochs = number
            self.best.put_back()

    @property
    def outcome(self):
        """The history's line of the weights that are left: the last, or the best epoch's."""
        return self.history[-1] if self.best is None else next(
            line for line in self.history if line["epoch"] == self.best.epoch)

    def arrays(self):
        return super().arrays() if self.best is None else super().arrays() | self.best.arrays()

    def state(self):
        self.settle()
        return super().state() if self.best is None else super().state() | {
            "best": self.best.state(), "until": self.epochs}

    def load(self, tensors, state):
        super().load(tensors, state)
        if self.best is not None:
            self.best.load(state["best"])
            self.epochs = state["until"]
