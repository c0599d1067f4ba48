"""L of paper 4's algorithm: the innermost pair and its discriminator, on codes of the stack so far."""
from dataclasses import dataclass
from typing import Any

from ...losses import mse
from ...models.stacked import innermost
from ...training.discriminator import GAMES, Discriminator
from ...training.norms import GradientNorms
from .carrying import Carrying


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
        self.codes = [self.outer and self.outer.make_cache(size) for _ in range(2)]
        self.discriminator: Any = self.critic and Discriminator(self.critic, self.rival, size)

    def encoded(self, batch, caches=(None, None)):
        """Inputs and targets of the pair: those of the batch, as the stack so far encodes them."""
        if self.outer is None:
            return batch
        return [self.outer.forward(images, cache, inside=True)[0] for images, cache in zip(batch, caches, strict=True)]

    def step(self, batch):
        x, target = self.encoded(batch, self.codes)
        y, _ = self.inner.forward(x, self.made, train=True, inside=True)    # G(x_phi)
        of_game, opinion = 0.0, None
        if self.critic is not None:
            self.discriminator.learn(target, y)    # D moves: x_mu up, G(x_phi) down
            of_game, opinion = self.discriminator.opinion(y, *self.game)    # D stands still: it flows down to G
        loss = of_game + self.inner.loss(mse.times(self.weight), target, self.made, plus=opinion)
        self.inner.backward(None, self.made, need_dx=False)
        self.optimizer.update()    # G^k moves; what is outside of it stands still
        self.norms.measure()
        return loss

    def measured(self):
        return self.norms, {self.inner}

    def warm_up(self):
        """The pair's kernels once, before the clock starts; weights and generators stay."""
        self.begin()
        x, target = self.encoded(next(self.batches.in_order()))
        y, _ = self.inner.forward(x, self.made, train=True, inside=True)
        if self.critic is not None:
            self.discriminator.gradient(target, y)
        self.inner.loss(mse, target, self.made)
        self.inner.backward(None, self.made, need_dx=False)

    def multiply_adds(self):
        coding = 0 if self.outer is None else 2 * self.outer.macs(need_dx=False, need_dw=False)
        playing = 0 if self.critic is None else 2 * self.critic.macs(need_dx=False) + self.critic.macs(need_dw=False)
        return coding + self.inner.macs(need_dx=False) + playing

    def pair_error(self, net, loss, batches):
        """Mean squared error of the pair, on codes of the stack so far."""
        total, cache = 0.0, self.inner.test_cache(batches.size)
        for batch in batches.in_order():
            x, target = self.encoded(batch)
            self.inner.forward(x, cache, need_y=False)
            total += len(batch) * self.inner.loss(mse, target, cache)
        return float(total) / len(batches.images)
