"""Nested alternating minimization (paper 3): one block of theta at a time, each by a method of its own.

    for k = 0, 1, ...
        block 1    some iterations of its inner method, all other blocks standing still
        block 2    some iterations of its own ...

Blocks are parts of one network that share nothing: encoder and decoder, or any layers. A phase evaluates with its
block, so that backward stops below it and computes no other block's gradient.
"""
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from .optimizer import Optimizer


@dataclass
class Phase:
    """A block's turn: the method that moves it, and how often it moves in one step of NAM."""

    optimizer: Any
    iterations: int = 1

    @property
    def block(self):
        return self.optimizer.part


class NAM(Optimizer):
    """Alternates between phases: all of them in every step (every=None), or one of them for `every` steps each.

    phases: Phase objects, or optimizers, in their order. A phase that begins restarts its method's momentum where the
    method has a restart(). Any optimizer of ours can be inner, and NAM itself can stand inside Lookahead.
    Raises ValueError for a block that is empty or shares parameters with another.
    """

    counters = ("n",)
    n: int

    def __init__(self, part, phases, every=None):
        self.phases = [phase if isinstance(phase, Phase) else Phase(phase) for phase in phases]
        check_blocks(part, self.phases)
        if every is not None and (every < 1 or int(every) != every):
            raise ValueError(f"every is a number of steps, at least 1, or None for all phases in each; got {every!r}")
        self.every = every
        super().__init__(part, self.phases[0].optimizer.lr)

    @property
    def lr(self):
        """The first phase's learning rate; setting it scales every phase's alike."""
        return self.phases[0].optimizer.lr

    @lr.setter
    def lr(self, value):
        scale = value / self.lr if self.lr else 1.0
        for phase in self.phases:
            phase.optimizer.lr = phase.optimizer.lr * scale

    @property
    def active(self):
        """The phases of the next step."""
        if self.every is None:
            return self.phases
        return [self.phases[self.n // self.every % len(self.phases)]]

    def step(self, evaluate):
        """All of today's iterations; returns the loss of the first evaluation."""
        first = None
        for phase in self.active:
            if (self.every is None or self.n % self.every == 0) and hasattr(phase.optimizer, "restart"):
                phase.optimizer.restart()
            for _ in range(phase.iterations):
                loss = phase.optimizer.step(evaluate)
                first = loss if first is None else first
        self.n += 1
        return first

    def update(self):
        raise ValueError("NAM evaluates each block for itself: call step(evaluate)")

    def state(self):
        """The counter, and each phase's state under phase0., phase1. ..."""
        inner = {f"phase{k}.{name}": value for k, phase in enumerate(self.phases)
                 for name, value in phase.optimizer.state().items()}
        return super().state() | inner

    def load_state(self, state):
        own = {name: value for name, value in state.items() if not name.startswith("phase")}
        before = [phase.optimizer.state() for phase in self.phases]
        try:
            for k, phase in enumerate(self.phases):
                prefix = f"phase{k}."
                phase.optimizer.load_state({name.removeprefix(prefix): value for name, value in state.items()
                                            if name.startswith(prefix)})
            super().load_state(own)
        except ValueError:
            for phase, old in zip(self.phases, before, strict=True):
                phase.optimizer.load_state(old)
            raise

    @contextmanager
    def evaluation_weights(self):
        with ExitStack() as inside:
            for phase in self.phases:
                inside.enter_context(phase.optimizer.evaluation_weights())
            yield


def check_blocks(part, phases):
    """Raises ValueError where blocks are missing, empty, outside of the part, or overlap."""
    if not phases:
        raise ValueError("NAM takes at least one phase")
    taken: list = []
    for phase in phases:
        block = phase.block
        if phase.iterations < 1:
            raise ValueError(f"a phase takes at least 1 iteration; got {phase.iterations}")
        if block.theta.size == 0:
            raise ValueError(f"the block {block!r} is empty: it has no parameters")
        if getattr(block, "network", None) is not getattr(part, "network", None) or not (
                part.slice.start <= block.slice.start and block.slice.stop <= part.slice.stop):
            raise ValueError(f"the block {block!r} is not a part of {part!r}")
        for other in taken:
            if block.slice.start < other.slice.stop and other.slice.start < block.slice.stop:
                raise ValueError(f"the blocks {other!r} and {block!r} overlap: they share parameters")
        taken.append(block)
