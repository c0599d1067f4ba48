"""The game of two networks (paper 5, equations 2 to 4), one step of each a mini-batch.

    discriminator    theta_d down    -mean log D(x) - mean log(1 - D(G(z)))
    generator        theta_g down     mean log(1 - D(G(z)))      minimax
                                     -mean log D(G(z))           non-saturating
"""
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...arrays import host, put
from ...training import Fit
from ...training.discriminator import GAMES, Discriminator
from ...training.norms import GradientNorms

TRACED = ("discriminator_loss", "generator_loss", "d_real", "d_fake", "generator_gradient")
SHOWN = 12    # images from fixed noise that are kept after each epoch


@dataclass
class Game(Fit):
    """optimizer: the generator's; rival: the discriminator's. trace: what each step found (steps, TRACED). growth:
    images from fixed noise, before the first epoch and after each (epochs + 1, SHOWN, c, h, w), uint8."""

    rival: Any = None
    game: str = "non-saturating"

    def __post_init__(self):
        self.generator = self.net["generator"]
        self.trace = self.net.xp.zeros((self.epochs * len(self.batches), len(TRACED)), np.float32)
        self.growth = np.zeros((self.epochs + 1, SHOWN, *self.generator.out_shape), np.uint8)
        self.norms = GradientNorms(self.net)
        self.whole, self.length = self.net.xp.zeros(2, np.int64), self.net.xp.zeros(1)
        put(self.whole, [0, self.generator.grad.size])

    @property
    def optimizers(self):
        return {"generator": self.optimizer, "discriminator": self.rival}

    def arrays(self):
        return super().arrays() | {"trace": self.trace, "growth": self.growth}

    def begin(self):
        size = self.batches.size
        self.made = self.generator.make_cache(size)
        self.z = np.zeros((size, *self.generator.in_shape), np.float32)
        self.discriminator = Discriminator(self.net["discriminator"], self.rival, size)
        if self.position.step == 0:
            self.keep_growth(0)

    def step(self, batch):
        z = self.z[:len(batch)]
        self.seeds.draws.standard_normal(out=z, dtype=np.float32)
        fake, _ = self.generator.forward(z, self.made, train=True, inside=True)    # G(z)

        # the discriminator moves; the generator stands still
        d_loss, d_real, d_fake = self.discriminator.learn(batch.x, fake)

        # the generator moves: the gradient comes down through the discriminator, which stands still, to G(z)
        g_loss, dx = self.discriminator.opinion(fake, *GAMES[self.game])
        self.generator.backward(dx, self.made, need_dx=False)
        self.optimizer.update()
        self.generator.commit(self.made)

        self.norms.measure()
        row = self.trace[self.position.step]
        for k, value in enumerate((d_loss, g_loss, d_real, d_fake, self.generator_norm())):
            row[k] = value
        return d_loss

    def warm_up(self):
        """Both gradients once, before the clock starts; weights, statistics and generators stay."""
        self.begin()
        batch = next(self.batches.in_order())
        fake, _ = self.generator.forward(self.z[:len(batch)], self.made, train=True, inside=True)
        self.discriminator.gradient(batch.x, fake)
        self.generator.backward(self.discriminator.opinion(fake)[1], self.made, need_dx=False)

    def generator_norm(self):
        """Of its whole gradient, 0-d."""
        self.net.kernels.norms(self.generator.grad, self.whole, out=self.length)
        return self.length[0]

    def measured(self):
        return self.norms, {self.net}

    def end(self, epoch, progress, after_epoch):
        self.keep_growth(epoch.number)
        super().end(epoch, progress, after_epoch)

    def keep_growth(self, row):
        z = np.random.default_rng(self.seeds.seed).standard_normal((SHOWN, *self.generator.in_shape))
        images, _ = self.generator.forward(z.astype(self.net.dtype))
        self.growth[row] = np.rint(255 * images)

    def means(self):
        """The epoch's means of what steps found."""
        last = self.position.step
        return dict(zip(TRACED, host(self.trace[last - len(self.batches):last]).mean(axis=0).tolist(), strict=True))
