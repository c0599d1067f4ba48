"""T of paper 4's algorithm: the whole generator on raw pixels, and the stacked discriminator on what that makes."""
from dataclasses import dataclass

import numpy as np

from ...losses import bce_with_logits
from ...training.discriminator import Discriminator
from ...training.norms import GradientNorms
from .carrying import Carrying


class Tuned(Carrying):
    """T(G, X): the whole generator by its squared error on raw pixels."""


@dataclass
class Discriminating(Carrying):
    """T(D, {G(x_phi), x_mu}): the stacked discriminator learns to tell both apart; `optimizer` moves it."""

    def begin(self):
        self.norms = GradientNorms(self.critic, "discriminator.")
        self.made = self.net.make_cache(self.batches.size)
        self.discriminator = Discriminator(self.critic, self.optimizer, self.batches.size)

    def step(self, batch):
        y, _ = self.net.forward(batch.x, self.made, inside=True)    # the generator stands still
        loss, _, _ = self.discriminator.learn(batch.target, y)
        self.norms.measure()
        return loss

    def measured(self):
        return self.norms, {self.critic}

    def warm_up(self):
        self.begin()
        batch = next(self.batches.in_order())
        self.discriminator.gradient(batch.target, self.net.forward(batch.x, self.made, inside=True)[0])

    def multiply_adds(self):
        return self.net.macs(need_dx=False, need_dw=False) + 2 * self.critic.macs(need_dx=False)

    def rating_loss(self, net, loss, batches):
        """The discriminator's loss on targets and what the generator makes, not trained on."""
        total = 0.0
        for batch in batches.in_order():
            made, _ = self.net.forward(batch.x)
            for images, wanted in ((np.asarray(batch.target), 1.0), (made, 0.0)):
                logits, _ = self.critic.forward(images)
                total += len(batch) * bce_with_logits(logits, np.full_like(logits, wanted))[0]
        return total / len(batches.images)
