"""A block's turn in nested alternating minimization, and what blocks may be.

A block is anything with theta and grad inside the network's own: a part, or a Vector of a slice.
"""
from dataclasses import dataclass
from typing import Any

from ..arrays import address
from .optimizer import batch_of


@dataclass
class Phase:
    """A block's turn: the method that moves it, how often it moves in one step of NAM, and on how many samples.

    batch_size: the mini-batch is cut into pieces of so many, and every iteration takes the next one; None: all of it.
    iterations: None for as many as there are pieces.
    """

    optimizer: Any
    iterations: int | None = None
    batch_size: int | None = None

    @property
    def block(self):
        return self.optimizer.part

    def turns(self, evaluate):
        """Steps of the method, `iterations` of them; yields each loss."""
        if self.batch_size is None:
            for _ in range(self.iterations or 1):
                yield self.optimizer.step(evaluate)
            return
        batch_of(evaluate)    # is there one?
        whole = evaluate.batch
        pieces = [whole[start:start + self.batch_size] for start in range(0, len(whole), self.batch_size)]
        try:
            for k in range(self.iterations or len(pieces)):
                evaluate.batch = pieces[k % len(pieces)]
                yield self.optimizer.step(evaluate)
        finally:
            evaluate.batch = whole


def is_count(value):
    return value >= 1 and int(value) == value


def span(block):
    """Where a block's theta begins and ends in memory."""
    start = address(block.theta)
    return start, start + block.theta.nbytes


def check_blocks(part, phases):
    """Raises ValueError where blocks are missing, empty, outside of the part, or overlap."""
    if not phases:
        raise ValueError("NAM takes at least one phase")
    taken: list = []
    for phase in phases:
        block = phase.block
        for name in ("iterations", "batch_size"):
            if getattr(phase, name) is not None and not is_count(getattr(phase, name)):
                raise ValueError(f"a phase's {name} is a whole number, at least 1; got {getattr(phase, name)}")
        if phase.batch_size is not None and any(leaf.draws for leaf in getattr(part, "leaves", ())):
            raise ValueError(f"a phase of {phase.batch_size} samples needs a network without dropout: masks are drawn "
                             "for the whole mini-batch")
        if block.theta.size == 0:
            raise ValueError(f"the block {block!r} is empty: it has no parameters")
        begin, end = span(block)
        if not (span(part)[0] <= begin and end <= span(part)[1]):
            raise ValueError(f"the block {block!r} is not a part of {part!r}")
        for other in taken:
            if begin < span(other)[1] and span(other)[0] < end:
                raise ValueError(f"the blocks {other!r} and {block!r} overlap: they share parameters")
        taken.append(block)
