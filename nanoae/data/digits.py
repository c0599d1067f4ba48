"""scikit-learn's handwritten digits, made as large as MNIST's: needs no download.

1,797 images of 8 x 8 are enlarged to 20 x 20 in a 28 x 28 frame. One image in six is a test image; each of the
others appears eight times in training, turned, moved and resized a little, from a fixed seed.
"""
from functools import cache

import numpy as np

from .dataset import Dataset

COPIES = 8
CREDIT = "digits: E. Alpaydin, C. Kaynak, UCI Optical Recognition of Handwritten Digits (CC BY 4.0), via scikit-learn"


@cache
def load_digits():
    """The Dataset: 11,976 training images (1,497 digits, eight times) and 300 test images, 1 x 28 x 28."""
    from sklearn.datasets import load_digits as bundled
    bunch = bundled()
    small = np.round(bunch.images * (255 / 16)).astype(np.uint8)    # (1797, 8, 8), published as 0..16
    labels = bunch.target.astype(np.uint8)
    test = np.arange(len(small)) % 6 == 2
    rng = np.random.default_rng(20)
    train = np.stack([framed(image, rng) for image in np.repeat(small[~test], COPIES, axis=0)])
    return Dataset("digits", "embedded", train[:, None], np.repeat(labels[~test], COPIES),
                   np.stack([framed(image) for image in small[test]])[:, None], labels[test], CREDIT)


def framed(image, rng=None):
    """An 8 x 8 image as 28 x 28 with a digit of about 20 x 20; with rng, jittered."""
    from PIL import Image
    picture = Image.fromarray(image).resize((20, 20), Image.Resampling.BICUBIC)
    frame = Image.new("L", (28, 28))
    frame.paste(picture, (4, 4))
    if rng is not None:
        angle, size = np.deg2rad(rng.uniform(-12, 12)), rng.uniform(0.9, 1.1)
        move = rng.uniform(-1.5, 1.5, 2)
        a, b = np.cos(angle) / size, np.sin(angle) / size
        # PIL asks where each new pixel comes from: turn and resize about the centre, then move
        frame = frame.transform((28, 28), Image.Transform.AFFINE, (
            a, b, 13.5 - a * 13.5 - b * 13.5 + move[0], -b, a, 13.5 + b * 13.5 - a * 13.5 + move[1]),
            Image.Resampling.BILINEAR)
    return np.asarray(frame, np.uint8)
