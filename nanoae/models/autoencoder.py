"""The convolutional autoencoder of 28 x 28 images that papers 2 and 5 share, and paper 1's of film frames.

    x 1x28x28 -> conv c1, 14x14 -> conv c2, 7x7 -> conv c3, 3x3 -> Linear hidden -> Linear latent      encoder
    code      -> Linear hidden -> Linear c3 3 3 -> conv' c2, 7x7 -> conv' c1, 14x14 -> conv' 1 -> sigmoid      decoder

Kernels 3 x 3, strides 2, paddings 1, 1, 0; ReLU everywhere but on the code and at the end. Paper 5 has batch norm after
every convolution.
"""
from ..layers import BatchNorm, Conv2d, ConvTranspose2d, Dropout, Flatten, Linear, ReLU, Reshape, Sigmoid
from ..stack import Stack


def frame_autoencoder(channels=(32, 64, 128, 256)):
    """An unbuilt Stack([encoder, decoder]) for images (n, 3, 64, 64): paper 1's, kernels 3 down and 4 up, stride 2."""
    c1, c2, c3, c4 = channels
    encoder = Stack([
        Conv2d(3, c1, 3, stride=2, padding=1), ReLU(), Conv2d(c1, c2, 3, stride=2, padding=1), ReLU(),
        Conv2d(c2, c3, 3, stride=2, padding=1), ReLU(), Conv2d(c3, c4, 3, stride=2, padding=1), ReLU(),
    ], name="encoder")
    decoder = Stack([
        ConvTranspose2d(c4, c3, 4, stride=2, padding=1), ReLU(),
        ConvTranspose2d(c3, c2, 4, stride=2, padding=1), ReLU(),
        ConvTranspose2d(c2, c1, 4, stride=2, padding=1), ReLU(),
        ConvTranspose2d(c1, 3, 4, stride=2, padding=1), Sigmoid(),
    ], name="decoder")
    return Stack([encoder, decoder])


def conv_autoencoder(latent, channels=(8, 16, 32), hidden=64, dropout=0.0, init="pytorch", batch_norm=False,
                     end="sigmoid"):
    """An unbuilt Stack([encoder, decoder]) for images (n, 1, 28, 28) and codes (n, latent).

    dropout: probability before each Linear but the decoder's first; 0 leaves the layers out. init: see `nanoae.init`.
    batch_norm: after every convolution but the last. end: "sigmoid", or "relu" after batch norm, as paper 5 prints it.
    """
    if end not in ("sigmoid", "relu"):
        raise ValueError(f"end is sigmoid or relu; got {end!r}")
    c1, c2, c3 = channels

    def norm(c):
        return [BatchNorm(c)] if batch_norm else []

    last = [Sigmoid()] if end == "sigmoid" else [*norm(1), ReLU()]
    drop = [Dropout(dropout)] if dropout else []
    encoder = Stack([
        Conv2d(1, c1, 3, stride=2, padding=1, init=init), *norm(c1), ReLU(),
        Conv2d(c1, c2, 3, stride=2, padding=1, init=init), *norm(c2), ReLU(),
        Conv2d(c2, c3, 3, stride=2, init=init), *norm(c3), ReLU(),
        Flatten(),
        *drop, Linear(9 * c3, hidden, init=init), ReLU(),
        *[layer.clone() for layer in drop], Linear(hidden, latent, init=init),
    ], name="encoder")
    decoder = Stack([
        Linear(latent, hidden, init=init), ReLU(),
        *[layer.clone() for layer in drop], Linear(hidden, 9 * c3, init=init), ReLU(),
        Reshape((c3, 3, 3)),
        ConvTranspose2d(c3, c2, 3, stride=2, init=init), *norm(c2), ReLU(),
        ConvTranspose2d(c2, c1, 3, stride=2, padding=1, output_padding=1, init=init), *norm(c1), ReLU(),
        ConvTranspose2d(c1, 1, 3, stride=2, padding=1, output_padding=1, init=init), *last,
    ], name="decoder")
    return Stack([encoder, decoder])
