"""Several methods that are one optimizer to whoever saves, schedules or tests it: NAM's phases, a training's stages."""
from contextlib import ExitStack, contextmanager

from .optimizer import Optimizer


class Together(Optimizer):
    """phases: `Phase` objects. Whose turn it is, is for a subclass or the training to say."""

    def __init__(self, part, phases):
        self.phases = phases
        self.ratios = [1.0] * len(phases)    # of their learning rates to the first's
        super().__init__(part, phases[0].optimizer.lr)

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

    numbers = property(lambda self: self.counters)    # each phase's lr is in its own state

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
