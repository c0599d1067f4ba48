"""A generator and a discriminator of 28 x 28 images, four convolutions each and no Linear (paper 5; DCGAN, Radford et
al. 2016).

    z (latent, 1, 1) -> conv' 7 -> conv' 4, stride 2 -> conv' 4, stride 2 -> conv' 3 -> sigmoid       generator
    image -> conv 3 -> conv 4, stride 2 -> conv 4, stride 2 -> conv 7 -> a logit (1, 1, 1)           discriminator

Batch norm after each convolution but the generator's last and the discriminator's first and last; ReLU going up,
LeakyReLU 0.2 going down; initial weights N(0, 0.02^2).
"""
from ..layers import BatchNorm, Conv2d, ConvTranspose2d, LeakyReLU, ReLU, Sigmoid
from ..stack import Stack


def dcgan(latent=100, channels=(64, 32, 16), init="dcgan"):
    """An unbuilt Stack([generator, discriminator]); build((latent, 1, 1)). channels: the generator's, from z on."""
    c1, c2, c3 = channels
    generator = Stack([
        ConvTranspose2d(latent, c1, 7, init=init), BatchNorm(c1), ReLU(),
        ConvTranspose2d(c1, c2, 4, stride=2, padding=1, init=init), BatchNorm(c2), ReLU(),
        ConvTranspose2d(c2, c3, 4, stride=2, padding=1, init=init), BatchNorm(c3), ReLU(),
        ConvTranspose2d(c3, 1, 3, padding=1, init=init), Sigmoid(),
    ], name="generator")
    discriminator = Stack([
        Conv2d(1, c3, 3, padding=1, init=init), LeakyReLU(0.2),
        Conv2d(c3, c2, 4, stride=2, padding=1, init=init), BatchNorm(c2), LeakyReLU(0.2),
        Conv2d(c2, c1, 4, stride=2, padding=1, init=init), BatchNorm(c1), LeakyReLU(0.2),
        Conv2d(c1, 1, 7, init=init),
    ], name="discriminator")
    return Stack([generator, discriminator])
