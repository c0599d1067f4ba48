"""Small networks that the tests share, with every kind of layer that has a state of its own."""
import numpy as np

from nanoae import Stack
from nanoae.layers import (
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Reshape,
    Sigmoid,
    Upsample,
)

SHAPE = (2, 8, 12)


def autoencoder(dropout=0.25):
    """An unbuilt encoder and decoder for images 2 x 8 x 12, with dropout, batch norm, pooling and a nested stack."""
    drop = [Dropout(dropout)] if dropout else []
    encoder = Stack([
        Stack([Conv2d(2, 4, 3, stride=2, padding=1, bias=False), BatchNorm(4), ReLU(), *drop]),
        Conv2d(4, 6, 3, padding=1), LeakyReLU(0.1), MaxPool2d(2), Flatten(), Linear(36, 10)], name="encoder")
    decoder = Stack([
        Linear(10, 36), ReLU(), Reshape((6, 2, 3)), ConvTranspose2d(6, 4, 4, stride=2, padding=1), BatchNorm(4), ReLU(),
        Upsample(scale_factor=2, mode="bilinear"), Conv2d(4, 2, 3, padding=1), Sigmoid()], name="decoder")
    return Stack([encoder, decoder])


def built(backend="numpy", dtype="float64", fuse=True, seed=0, dropout=0.25):
    """The network above, built: (net, encoder, decoder)."""
    net = autoencoder(dropout).build(SHAPE, dtype, backend, np.random.default_rng(seed), fuse=fuse)
    return net, net["encoder"], net["decoder"]


def images(n, dtype="float64", seed=1):
    return np.random.default_rng(seed).random((n, *SHAPE)).astype(dtype)
