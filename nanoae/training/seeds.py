"""One seed, four independent streams: so the same seed means the same initial weights and the same batches, whatever
the optimizer or the number of dropout layers."""
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Seeds:
    """Generators for initial weights, for the order of batches, for what layers draw, and for corrupted inputs."""

    seed: int
    weights: np.random.Generator = field(init=False)
    batches: np.random.Generator = field(init=False)
    draws: np.random.Generator = field(init=False)
    inputs: np.random.Generator = field(init=False)

    def __post_init__(self):
        streams = np.random.SeedSequence(self.seed).spawn(4)
        self.weights, self.batches, self.draws, self.inputs = map(np.random.default_rng, streams)

    def state(self):
        """Where the generators stand that a training draws from."""
        return {name: getattr(self, name).bit_generator.state for name in ("batches", "draws", "inputs")}

    def load(self, state):
        """Puts them there."""
        for name in ("batches", "draws", "inputs"):
            getattr(self, name).bit_generator.state = state[name]
