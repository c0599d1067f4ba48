"""Nested alternating minimization (paper 3): one block of theta at a time, each by a method of its own.

    for k = 0, 1, ...
        block 1    some iterations of its inner method, all other blocks standing still
        block 2    some iterations of its own ...

Blocks are parts of one network that share nothing: encoder and decoder, any layers, or any slices of theta as
Vector(net.theta[a:b], net.grad[a:b]). A phase evaluates with its block, so that backward stops below a block of layers
and computes no other block's gradient.
"""
from contextlib import ExitStack, contextmanager

import numpy as np

from .optimizer import Optimizer
from .phase import Phase, check_blocks, is_count


class NAM(Optimizer):
    """Alternates between phases: all of them in every step (every=None), or one of them for `every` steps each; every
    may be a tuple, the steps of each phase.

    phases: Phase objects, or optimizers, in their order. A phase that begins restarts its method's momentum. Any
    optimizer of ours can be inner, and NAM itself can stand inside Lookahead.
    Raises ValueError for a block that is empty or shares parameters with another.
    """

    counters = ("n",)
    n: int
    numbers = property(lambda self: self.counters)    # each phase's lr is in its own state

    def __init__(self, part, phases, every=None):
        phases = [phase if isinstance(phase, Phase) else Phase(phase) for phase in phases]
        check_blocks(part, phases)
        self.phases = phases
        self.ratios = [1.0] * len(phases)    # of their learning rates to the first's
        super().__init__(part, phases[0].optimizer.lr)
        self.every = every
        if every is not None:
            spans = tuple(every) if np.iterable(every) else (every,) * len(self.phases)
            if len(spans) != len(self.phases) or not all(is_count(span) for span in spans):
                raise ValueError("every is a number of steps, at least 1, or one for each phase, or None for all of "
                                 f"them in each step; got {every!r} for {len(self.phases)} phases")
            self.turn_of = [k for k, span in enumerate(spans) for _ in range(int(span))]

    @property
    def active(self):
        """The phases of the next step."""
        if self.every is None:
            return self.phases
        return [self.phases[self.turn_of[self.n % len(self.turn_of)]]]

    @property
    def begins(self):
        """Is the next step the first of its phase?"""
        turns = self.every and self.turn_of
        return not turns or turns[self.n % len(turns)] != turns[(self.n - 1) % len(turns)] or self.n == 0

    def step(self, evaluate):
        """All iterations of the phases whose turn it is; returns the loss of the first evaluation."""
        first = None
        for phase in self.active:
            if self.begins:
                phase.optimizer.restart()
            for loss in phase.turns(evaluate):
                first = loss if first is None else first
        self.n += 1
        return first

    def update(self):
        raise ValueError("NAM evaluates each block for itself: call step(evaluate)")

    @property
    def lr(self):
        """The first phase's learning rate; setting it scales every phase's alike."""
        return self.phases[0].optimizer.lr

    @lr.setter
    def lr(self, value):
        first = self.phases[0].optimizer.lr
        self.ratios = [phase.optimizer.lr / first for phase in self.phases] if first else self.ratios
        for phase, ratio in zip(self.phases, self.ratios, strict=True):
            phase.optimizer.lr = value * ratio

    def restart(self):
        """Begins every phase's momentum anew."""
        for phase in self.phases:
            phase.optimizer.restart()

    def certificate(self):
        """The phases' certificates, the worst of each kind."""
        found: dict = {}
        for phase in self.phases:
            for name, value in phase.optimizer.certificate().items():
                found[name] = max(value, found.get(name, value))
        return found

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
