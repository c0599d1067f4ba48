"""Variational autoencoders: an encoder gives means and spreads, and the decoder is given a draw from them.

    x -> convolutions -> Linear 2 k -> KLPenalty -> Sampling -> z (k)      encoder
    z -> Linear -> transposed convolutions -> sigmoid                      decoder
"""
from ..layers import Conv2d, ConvTranspose2d, Flatten, KLPenalty, Linear, ReLU, Reshape, Sampling, Sigmoid
from ..stack import Stack
from .autoencoder import conv_autoencoder


def digit_vae(latent, spread="logvar", hidden=64):
    """An unbuilt Stack([encoder, decoder]) for images (n, 1, 28, 28): paper 2's autoencoder with two numbers for each
    of a code's. spread: see Sampling."""
    plain = conv_autoencoder(latent, hidden=hidden)
    encoder = Stack([*plain["encoder"][:-1], *distribution(hidden, latent, spread)], name="encoder")
    return Stack([encoder, plain["decoder"]])


def photograph_vae(latent=128, channels=(32, 64, 128)):
    """An unbuilt Stack([encoder, decoder]) for images (n, 3, 32, 32): paper 1's, kernels 4, strides 2, paddings 1."""
    c1, c2, c3 = channels
    encoder = Stack([
        Conv2d(3, c1, 4, stride=2, padding=1), ReLU(), Conv2d(c1, c2, 4, stride=2, padding=1), ReLU(),
        Conv2d(c2, c3, 4, stride=2, padding=1), ReLU(), Flatten(), *distribution(16 * c3, latent, "logvar"),
    ], name="encoder")
    decoder = Stack([
        Linear(latent, 16 * c3), ReLU(), Reshape((c3, 4, 4)),
        ConvTranspose2d(c3, c2, 4, stride=2, padding=1), ReLU(),
        ConvTranspose2d(c2, c1, 4, stride=2, padding=1), ReLU(),
        ConvTranspose2d(c1, 3, 4, stride=2, padding=1), Sigmoid(),
    ], name="decoder")
    return Stack([encoder, decoder])


def distribution(features, latent, spread):
    """The layers that make a distribution of `latent` numbers from features, and draw from it."""
    return [Linear(features, 2 * latent), KLPenalty(spread), Sampling(spread)]
