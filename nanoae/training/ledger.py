"""What steps found, kept on the rung until somebody asks, so that no step waits for the one before.

    a row a step     loss | the norm of each layer's gradient
"""
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ..arrays import host


class Place(NamedTuple):
    """Which step: epoch and batch count from 1, step since the beginning."""

    epoch: int
    step: int
    batch: int

    def __str__(self):
        return f"epoch {self.epoch}, step {self.step} (mini-batch {self.batch} of the epoch)"


class Found(NamedTuple):
    """What a step found; latest: have no weights moved since?"""

    place: Place
    loss: float
    norms: dict    # layer's path -> Euclidean norm of its gradient, 0 where the step asked for none
    latest: bool


class Ledger:
    """Room for so many steps; `take` empties it."""

    def __init__(self, steps):
        self.steps, self.rows = steps, np.zeros((0, 0))
        self.notes: list = []    # (place, norms, blocks) of each row

    def __len__(self):
        return len(self.notes)

    def note(self, place, loss, norms, blocks):
        """Writes a row: a loss, 0-d or a number, and the GradientNorms that were measured, of these blocks."""
        if self.rows.shape[1] != 1 + norms.found.size:
            self.rows = norms.net.xp.zeros((self.steps, 1 + norms.found.size))
        row = self.rows[len(self.notes)]
        row[0] = loss
        row[1:] = norms.found
        self.notes.append((place, norms, norms.inside(blocks)))

    def take(self):
        """The Found of every step since the last time."""
        if not self.notes:
            return []
        rows, notes, self.notes = host(self.rows[:len(self.notes)]), self.notes, []
        return [Found(place, float(row[0]), norms.named(np.where(inside, row[1:], 0)), place is notes[-1][0])
                for row, (place, norms, inside) in zip(rows, notes, strict=True)]


def finite(found: Any):
    """Are a Found's loss and norms numbers?"""
    return np.isfinite(found.loss + sum(found.norms.values()))


class Keeping:
    """The base of Fit that keeps what steps found, on the rung, and brings it to the position when somebody asks."""

    batches: Any
    position: Any
    measured: Any
    explain: Any

    @cached_property
    def ledger(self):
        """Room for what the steps of an epoch find."""
        return Ledger(len(self.batches))

    def note(self, loss):
        """Keeps what the step just taken found; None: it was not taken."""
        if loss is not None:
            at = self.position
            self.ledger.note(Place(at.epoch, at.step + 1, at.batch + 1), loss, *self.measured())

    def settle(self):
        """Brings what steps found to the position. Raises NonFiniteLoss where that is no number."""
        for found in self.ledger.take():
            if not finite(found):
                self.explain(found)
            self.position.add(found.loss, found.norms)

    def last_loss(self):
        self.settle()
        return self.position.losses[-1]
