"""The autoencoders of the scikit-learn face: of plain features, and of images of any size.

    features  x (k,)      -> Linear hidden, ReLU -> Linear latent                              encoder
              code        -> Linear hidden, ReLU -> Linear k                                   decoder
    images    x (c, h, w) -> conv 16, ReLU -> conv 32, ReLU -> Linear latent                   encoder
              code        -> Linear, ReLU -> conv' 16, ReLU -> conv' c                         decoder

Convolutions halve the image (kernel 3, stride 2, padding 1), their transposes lead back to its exact size. Nothing
bounds the output: features are any numbers.
"""
from ..layers import Conv2d, ConvTranspose2d, Flatten, Linear, ReLU, Reshape
from ..stack import Stack


def feature_autoencoder(features, latent, hidden):
    """An unbuilt Stack([encoder, decoder]) for samples (n, features)."""
    return Stack([Stack([Linear(features, hidden), ReLU(), Linear(hidden, latent)], name="encoder"),
                  Stack([Linear(latent, hidden), ReLU(), Linear(hidden, features)], name="decoder")])


def image_autoencoder(shape, latent, channels=(16, 32)):
    """An unbuilt Stack([encoder, decoder]) for images (n, c, h, w) of shape (c, h, w)."""
    (c, h, w), (c1, c2) = shape, channels
    h1, w1 = -(-h // 2), -(-w // 2)
    h2, w2 = -(-h1 // 2), -(-w1 // 2)
    size = c2 * h2 * w2

    def up(a, b, small, large):
        lost = tuple(one - (2 * each - 1) for each, one in zip(small, large, strict=True))    # 0, or 1 where even
        return ConvTranspose2d(a, b, 3, stride=2, padding=1, output_padding=lost)

    encoder = Stack([Conv2d(c, c1, 3, stride=2, padding=1), ReLU(), Conv2d(c1, c2, 3, stride=2, padding=1), ReLU(),
                     Flatten(), Linear(size, latent)], name="encoder")
    decoder = Stack([Linear(latent, size), ReLU(), Reshape((c2, h2, w2)), up(c2, c1, (h2, w2), (h1, w1)), ReLU(),
                     up(c1, c, (h1, w1), (h, w))], name="decoder")
    return Stack([encoder, decoder])
