"""One seed, three independent streams: so the same seed means the same initial weights and the same batches, whatever
the optimizer or the number of dropout layers."""
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Seeds:
    """Generators for initial weights, for the order of batches, and for what layers draw."""

    seed: int
    weights: np.random.Generator = field(init=False)
    batches: np.random.Generator = field(init=False)
    draws: np.random.Generator = field(init=False)

    def __post_init__(self):
        streams = np.random.SeedSequence(self.seed).spawn(3)
        self.weights, self.batches, self.draws = map(np.random.default_rng, streams)
