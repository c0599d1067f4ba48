"""The models of the comparison, as steps of ours: forward, loss, backward, Adam, the batch taken from uint8.

    A  nam-autoencoder      3-12-24-48, kernels 4, stride 2, batch 125
    B  mnist-autoencoder    latent 48, batch 128
    C  fashion-autoencoder  batch norm, 7-10-16, latent 3, batch 128
    D  frames               64 x 64 x 3, 32-64-128-256, batch 64
    E  gan                  28 x 28, both players, least squares, batch 128
    F  anamo                100-10-100 sigmoid, 100 samples
    G  fashion-gan          both players of the recipe, widths 64-32-16, non-saturating, batch 128
"""
import numpy as np

from nanoae import Stack
from nanoae.data import Batches
from nanoae.layers import BatchNorm, Conv2d, ConvTranspose2d, Flatten, LeakyReLU, Linear, ReLU, Reshape, Sigmoid, Tanh
from nanoae.losses import bce_with_logits, mse
from nanoae.models import conv_autoencoder, dcgan
from nanoae.optim import Adam
from nanoae.recipes.fashion_gan.game import Game
from nanoae.samples import Chosen
from nanoae.training import Seeds
from nanoae.training.evaluation import Evaluation

RECIPES = {"A": "nam-autoencoder", "B": "mnist-autoencoder", "C": "fashion-autoencoder", "D": "frames", "E": "gan",
           "F": "anamo", "G": "fashion-gan"}
SHAPES = {"A": (125, 3, 32, 32), "B": (128, 1, 28, 28), "C": (128, 1, 28, 28), "D": (64, 3, 64, 64),
          "E": (128, 1, 28, 28), "F": (100, 100), "G": (128, 1, 28, 28)}


up = ConvTranspose2d


def nam(by=1):
    a, b, c = 12 // by, 24 // by, 48 // by
    down = [Conv2d(3, a, 4, 2, 1), ReLU(), Conv2d(a, b, 4, 2, 1), ReLU(), Conv2d(b, c, 4, 2, 1), ReLU()]
    return Stack([*down, up(c, b, 4, 2, 1), ReLU(), up(b, a, 4, 2, 1), ReLU(), up(a, 3, 4, 2, 1), Sigmoid()])


def mnist(by=1):
    return conv_autoencoder(48 // by, (8 // by, 16 // by, 32 // by), 64 // by)


def fashion(by=1):    # as narrow as the paper made it
    down = [Conv2d(1, 7, 3, 2, 1), BatchNorm(7), ReLU(), Conv2d(7, 10, 3, 2, 1), BatchNorm(10), ReLU(),
            Conv2d(10, 16, 3, 2), BatchNorm(16), ReLU(), Flatten()]
    middle = [Linear(144, 32), ReLU(), Linear(32, 3), Linear(3, 32), ReLU(), Linear(32, 144), ReLU()]
    return Stack([*down, *middle, Reshape((16, 3, 3)), up(16, 10, 3, 2), BatchNorm(10), ReLU(),
                  up(10, 7, 3, 2, 1, 1), BatchNorm(7), ReLU(), up(7, 1, 3, 2, 1, 1), Sigmoid()])


def frames(by=1):
    a, b, c, d = 32 // by, 64 // by, 128 // by, 256 // by
    down = [layer for m, n in ((3, a), (a, b), (b, c), (c, d)) for layer in (Conv2d(m, n, 3, 2, 1), ReLU())]
    return Stack([*down, up(d, c, 4, 2, 1), ReLU(), up(c, b, 4, 2, 1), ReLU(), up(b, a, 4, 2, 1), ReLU(),
                  up(a, 3, 4, 2, 1), Sigmoid()])


def anamo(by=1):
    return Stack([Linear(100, 10), Sigmoid(), Linear(10, 100), Sigmoid()])


def generator(by=1):
    a, b, c = 64 // by, 128 // by, 256 // by
    return Stack([up(100, c, 7), BatchNorm(c), ReLU(), up(c, b, 4, 2, 1), BatchNorm(b), ReLU(), up(b, a, 4, 2, 1),
                  BatchNorm(a), ReLU(), up(a, 1, 3, 1, 1), Tanh()])


def discriminator(by=1):
    a, b, c = 64 // by, 128 // by, 256 // by
    return Stack([Conv2d(1, a, 3, 1, 1), LeakyReLU(0.2), Conv2d(a, b, 4, 2, 1), BatchNorm(b), LeakyReLU(0.2),
                  Conv2d(b, c, 4, 2, 1), BatchNorm(c), LeakyReLU(0.2), Conv2d(c, 1, 7)])


def network(letter, by=1):
    """The unbuilt model, its widths divided `by`."""
    return {"A": nam, "B": mnist, "C": fashion, "D": frames, "F": anamo}[letter](by)


def built(letter, dtype="float32", backend="numba", by=1):
    """Model A, B, C, D or F, with weights of a fixed seed."""
    return network(letter, by).build(SHAPES[letter][1:], dtype, backend, np.random.default_rng(0))


def step_of(letter, dtype="float32", backend="numba", batch=None):
    """(a function that takes one training step, multiply-adds of it)"""
    if letter == "E":
        return gan_step(*gan(dtype, backend), batch or 128)
    if letter == "G":
        return game_step(dtype, backend)
    return training_step(built(letter, dtype, backend), batch or SHAPES[letter][0])


def training_step(net, n):
    """(a step of the network on n random images, taken from twice as many; multiply-adds of it)"""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (2 * n, *net.in_shape), np.uint8)
    x = Chosen(images, rng.permutation(2 * n)[:n], net.dtype)
    cache, optimizer = net.make_cache(n), Adam(net)

    evaluate = Evaluation(net, mse, cache)

    def step():
        evaluate.begin(x)
        loss = optimizer.step(evaluate)
        evaluate.commit()
        return loss

    return step, net.macs(n, need_dx=False)


def gan(dtype, backend, by=1):
    """The players of model E, with weights of a fixed seed."""
    rng = np.random.default_rng(0)
    return (generator(by).build((100, 1, 1), dtype, backend, rng),
            discriminator(by).build((1, 28, 28), dtype, backend, rng))


def gan_step(g, d, n):
    """(a step of the discriminator on real and generated images, then one of the generator; multiply-adds)"""
    rng, dtype = np.random.default_rng(1), g.dtype
    g_cache, real_cache, fake_cache = g.make_cache(n), d.make_cache(n), d.make_cache(n)
    g_adam, d_adam = Adam(g, 2e-4, (0.5, 0.999)), Adam(d, 2e-4, (0.5, 0.999))
    real, z = rng.uniform(-1, 1, (n, 1, 28, 28)).astype(dtype), rng.standard_normal((n, 100, 1, 1)).astype(dtype)
    ones, zeros, of_real = np.ones((n, 1, 1, 1), dtype), np.zeros((n, 1, 1, 1), dtype), d.xp.empty_like(d.grad)

    def step():
        fake, _ = g.forward(z, g_cache, train=True, inside=True)
        d.forward(real, real_cache, train=True, need_y=False)
        d.loss(mse, ones, real_cache)
        d.backward(None, real_cache, need_dx=False)
        of_real[...] = d.grad
        d.forward(fake, fake_cache, train=True, need_y=False)
        d.loss(mse, zeros, fake_cache)
        d.backward(None, fake_cache, need_dx=False)
        d.grad += of_real
        d_adam.update()
        d.forward(fake, fake_cache, train=True, need_y=False)
        d.loss(mse, ones, fake_cache)
        dx = d.backward(None, fake_cache, need_dw=False, inside=True)
        g.backward(dx, g_cache, need_dx=False)
        g_adam.update()

    return step, macs_of_game(g, d, n)


def macs_of_game(g, d, n):
    """Multiply-adds: the generator's forward and backward, the discriminator's two, and its opinion."""
    return g.macs(n, need_dx=False) + 2 * d.macs(n, need_dx=False) + d.macs(n, need_dw=False)


def game_step(dtype, backend, n=128):
    """One step of the recipe fashion-gan: its own Fit, on random images."""
    net = dcgan().build((100, 1, 1), dtype, backend, np.random.default_rng(0))
    images = np.random.default_rng(1).integers(0, 256, (2 * n, 1, 28, 28), np.uint8)
    deal = Batches(images, n, dtype)
    adams = {name: Adam(net[name], 2e-4, (0.5, 0.999)) for name in ("generator", "discriminator")}
    game = Game(net, adams["generator"], bce_with_logits, deal, deal, 1, Seeds(0), rival=adams["discriminator"])
    game.begin()
    batch = next(deal.shuffled(np.random.default_rng(2)))
    return lambda: game.step(batch), macs_of_game(net["generator"], net["discriminator"], n)
