"""Two trainings that real recipes will need: two players, and an encoder that is frozen first.

    python -m tests.training.players players|frozen OUT EPOCHS            trains, or goes on; for tests that kill it
"""
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nanoae import Stack
from nanoae.data import Batches
from nanoae.layers import Conv2d, ConvTranspose2d, Flatten, LeakyReLU, Linear, Reshape, Sigmoid
from nanoae.losses import bce_with_logits, mse
from nanoae.optim import Adam
from nanoae.training import Fit, RunDirectory, Seeds, Stages, carry_on
from nanoae.training.interrupt import StopRequest

IMAGES = np.random.default_rng(5).integers(256, size=(40, 1, 8, 8)).astype(np.uint8)


@dataclass
class TwoPlayers(Fit):
    """A generator and a discriminator inside one Stack, in turn; the loss is the discriminator's."""

    rival: Any = None    # the discriminator's optimizer; `optimizer` is the generator's
    real: Any = field(init=False)

    @property
    def optimizers(self):
        return {"generator": self.optimizer, "discriminator": self.rival}

    def begin(self):
        self.cache = self.net.make_cache(self.batches.size)
        self.real = self.net["discriminator"].make_cache(self.batches.size)

    def warm_up(self):
        """Nothing: the first step compiles."""

    def step(self, batch):
        generator, discriminator = self.net["generator"], self.net["discriminator"]
        z = self.seeds.draws.standard_normal((len(batch), *generator.in_shape)).astype(self.net.dtype)
        ones, zeros = np.ones((len(batch), 1), self.net.dtype), np.zeros((len(batch), 1), self.net.dtype)

        discriminator.forward(batch.x, self.real, train=True, need_y=False)
        loss = discriminator.loss(bce_with_logits, ones, self.real)
        discriminator.backward(None, self.real, need_dx=False)
        of_real = discriminator.grad.copy()
        self.net.forward(z, self.cache, train=True, need_y=False)
        loss = loss + self.net.loss(bce_with_logits, zeros, self.cache)
        self.net.backward(None, self.cache, need_dx=False, need_dw=discriminator)    # stops above the generator
        discriminator.grad += of_real
        self.rival.update()

        self.net.forward(z, self.cache, train=True, need_y=False)
        self.net.loss(bce_with_logits, ones, self.cache)
        self.net.backward(None, self.cache, need_dx=False, need_dw=generator)    # through the discriminator
        self.optimizer.update()
        return loss


def share_taken_for_real(net, loss, batches):
    x, _ = next(batches.in_order())
    y, _ = net["discriminator"].forward(x)
    return float(np.mean(y > 0))


def players(epochs=6, seed=0, backend="numpy"):
    seeds = Seeds(seed)
    generator = Stack([Linear(3, 32), LeakyReLU(0.2), Reshape((2, 4, 4)), ConvTranspose2d(2, 1, 4, stride=2, padding=1),
                       Sigmoid()], name="generator")
    discriminator = Stack([Conv2d(1, 4, 4, stride=2, padding=1), LeakyReLU(0.2), Flatten(), Linear(64, 1)],
                          name="discriminator")
    net = Stack([generator, discriminator]).build((3,), "float32", backend, seeds.weights)
    batches = Batches(IMAGES, 8)
    return TwoPlayers(net, Adam(net["generator"], 1e-3), bce_with_logits, batches, batches, epochs, seeds,
                      test=share_taken_for_real, rival=Adam(net["discriminator"], 1e-3))


def frozen(epochs=3, seed=0, backend="numpy"):
    """A decoder is trained on a random encoder; then a grown network of their clones, the encoder with it."""
    seeds, batches = Seeds(seed), Batches(IMAGES, 8)

    def decoder_alone(_):
        encoder = Stack([Flatten(), Linear(64, 6), LeakyReLU(0.1)], name="encoder")
        decoder = Stack([Linear(6, 64), Sigmoid(), Reshape((1, 8, 8))], name="decoder")
        net = Stack([encoder, decoder]).build((1, 8, 8), "float32", backend, seeds.weights)
        return Fit(net, Adam(net["decoder"], 1e-2), mse, batches, batches, epochs, seeds)

    def all_of_it(before):
        encoder, decoder = (before.net[name].clone() for name in ("encoder", "decoder"))
        decoder = Stack([Linear(6, 6), LeakyReLU(0.1), *decoder], name="decoder")
        net = Stack([encoder, decoder]).build((1, 8, 8), "float32", backend, seeds.weights)
        return Fit(net, Adam(net, 1e-2), mse, batches, batches, epochs, seeds)

    return Stages([(epochs, decoder_alone), (epochs, all_of_it)])


if __name__ == "__main__":
    path = Path(sys.argv[2])
    with RunDirectory("x", path, resume=(path / "config.json").exists()) as directory:
        if not (path / "config.json").exists():
            directory.write_json("config.json", {})
        carry_on(directory, {"players": players, "frozen": frozen}[sys.argv[1]](epochs=int(sys.argv[3])), None,
                 StopRequest())
