"""The three trainings of paper 4's algorithm: a pair with its discriminator (L), the generator, the discriminator (T).

    Pair              theta of the innermost pair moves, and its discriminator's; both see codes of the stack so far
    Tuned             theta of the whole generator moves, on raw pixels
    Discriminating    theta of the stacked discriminator moves; the generator stands still

All carry the discriminators along, so that a checkpoint of any stage holds what the next one needs.
"""
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...losses import bce_with_logits, mse
from ...models.stacked import innermost
from ...samples import Batch
from ...training import Fit, mean_loss
from ...training.discriminator import GAMES, Discriminator
from ...training.norms import GradientNorms


@dataclass
class Carrying(Fit):
    """net: the generator so far. critic: the discriminator that was trained last, a built network, or None. carried:
    the stacked discriminator while `critic` is one of codes. stage: its name in the history."""

    critic: Any = None
    carried: Any = None
    stage: str = ""

    def arrays(self):
        found = super().arrays()
        for name, net in (("critic", self.critic), ("carried", self.carried)):
            if net is not None:
                found |= {f"{name}.{path}": view for path, view in net.named().items()}
        return found

    def multiply_adds(self):
        """Of one training image."""
        return self.net.macs(need_dx=False)

    def pixel_error(self, batches):
        """Mean squared error of the whole generator against the targets, per pixel."""
        return mean_loss(self.net, mse, batches)

    def remembered(self, net):
        """What each history line tells beside the loss that the stage trains."""
        return {"stage": self.stage, "multiply_adds": self.multiply_adds() * len(self.batches.images),
                "validation_mse": self.pixel_error(self.validation_batches),
                "test_mse": self.pixel_error(self.test_batches)}


class Tuned(Carrying):
    """T(G, X): the whole generator by its squared error on raw pixels."""


@dataclass
class Pair(Carrying):
    """L(G^k, D^k, X): the innermost pair learns to make targets of inputs, both encoded by what stands outside of it,
    and to be rated as real by its discriminator. The gradient of G is weight * mse + its part of the game.

    rival: the discriminator's optimizer; critic None: no game is played. whole: all pairs are trained as one.
    """

    rival: Any = None
    game: Any = GAMES["minimax"]    # as the paper prints it
    weight: float = 100.0
    whole: bool = False
    outer: Any = None    # what stands outside of the pair on the way in, if anything does
    inner: Any = None    # the pair

    def __post_init__(self):
        self.outer, self.inner = (None, self.net) if self.whole else innermost(self.net)

    @property
    def optimizers(self):
        return {"generator": self.optimizer} | ({} if self.critic is None else {"discriminator": self.rival})

    def begin(self):
        size = self.batches.size
        self.norms = GradientNorms(self.net)
        self.made = self.inner.make_cache(size)
        self.codes = [] if self.outer is None else [self.outer.make_cache(size) for _ in range(2)]
        self.discriminator: Any = self.critic and Discriminator(self.critic, self.rival, size)

    def encoded(self, batch):
        """Inputs and targets of the pair: those of the batch, as the stack so far encodes them."""
        x, target = np.asarray(batch.x), np.asarray(batch.target)
        if self.outer is None:
            return x, target
        return tuple(self.outer.forward(part, cache)[0] for part, cache in zip((x, target), self.codes, strict=True))

    def step(self, batch):
        x, target = self.encoded(batch)
        y, _ = self.inner.forward(x, self.made, train=True)    # G(x_phi)
        loss, dy = mse.times(self.weight)(y, target)
        if self.critic is not None:
            self.discriminator.learn(target, y)    # D moves: x_mu up, G(x_phi) down
            of_game, dx = self.discriminator.opinion(y, *self.game)    # D stands still: its opinion flows down to G
            dy += dx
            loss += of_game
        self.inner.backward(dy, self.made, need_dx=False)
        self.optimizer.update()    # G^k moves; what is outside of it stands still
        self.norms.measure()
        return loss

    def gradient_norms(self):
        return self.norms.of({self.inner})

    def warm_up(self):
        """The pair's kernels once, before the clock starts; weights and generators stay."""
        self.begin()
        x, target = self.encoded(next(self.batches.in_order()))
        y, _ = self.inner.forward(x, self.made, train=True)
        if self.critic is not None:
            self.discriminator.gradient(target, y)
        self.inner.backward(mse(y, target)[1], self.made, need_dx=False)

    def multiply_adds(self):
        coding = 0 if self.outer is None else 2 * self.outer.macs(need_dx=False, need_dw=False)
        playing = 0 if self.critic is None else 2 * self.critic.macs(need_dx=False) + self.critic.macs(need_dw=False)
        return coding + self.inner.macs(need_dx=False) + playing

    def pair_error(self, net, loss, batches):
        """Mean squared error of the pair, on codes of the stack so far."""
        total, count = 0.0, 0
        for batch in batches.in_order():
            x, target = self.in_codes(batch)
            total += len(batch) * mse(self.inner.forward(x)[0], target)[0]
            count += len(batch)
        return total / count

    def in_codes(self, batch):
        """`encoded`, in memory of its own."""
        x, target = np.asarray(batch.x), np.asarray(batch.target)
        return (x, target) if self.outer is None else tuple(self.outer.forward(part)[0].copy() for part in (x, target))


@dataclass
class Discriminating(Carrying):
    """T(D, {G(x_phi), x_mu}): the stacked discriminator learns to tell both apart; `optimizer` moves it."""

    def begin(self):
        self.norms = GradientNorms(self.critic)
        self.made = self.net.make_cache(self.batches.size)
        self.discriminator = Discriminator(self.critic, self.optimizer, self.batches.size)

    def step(self, batch):
        y, _ = self.net.forward(batch.x, self.made)    # the generator stands still
        loss, _, _ = self.discriminator.learn(np.asarray(batch.target), y)
        self.norms.measure()
        return loss

    def gradient_norms(self):
        return {f"discriminator.{path}": norm for path, norm in self.norms.of({self.critic}).items()}

    def warm_up(self):
        self.begin()
        batch = next(self.batches.in_order())
        self.discriminator.gradient(np.asarray(batch.target), self.net.forward(batch.x, self.made)[0])

    def multiply_adds(self):
        return self.net.macs(need_dx=False, need_dw=False) + 2 * self.critic.macs(need_dx=False)

    def rating_loss(self, net, loss, batches):
        """The discriminator's loss on targets and what the generator makes, not trained on."""
        total = 0.0
        for batch in batches.in_order():
            made = Batch(np.asarray(batch.target), self.net.forward(batch.x)[0].copy())
            for images, wanted in zip(made, (1.0, 0.0), strict=True):
                logits, _ = self.critic.forward(images)
                total += len(batch) * bce_with_logits(logits, np.full_like(logits, wanted))[0]
        return total / len(batches.images)
