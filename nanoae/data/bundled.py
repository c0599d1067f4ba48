"""scikit-learn's two photographs, cut into square patches: colour images that need no download."""
from functools import cache

import numpy as np

from .dataset import Dataset

CREDIT = "photographs: scikit-learn's china.jpg and flower.jpg (CC BY), cut into patches"


@cache
def load_photograph_patches(size=64, step=16):
    """Patches 3 x size x size of both photographs at half scale; the right quarter of each is held out."""
    from PIL import Image
    from sklearn.datasets import load_sample_images
    train, test = [], []
    for picture in load_sample_images().images:    # (427, 640, 3)
        half = np.asarray(Image.fromarray(picture).resize((320, 213), Image.Resampling.LANCZOS))
        for top in range(0, half.shape[0] - size + 1, step):
            for left in range(0, half.shape[1] - size + 1, step):
                patch = half[top:top + size, left:left + size].transpose(2, 0, 1)
                if left + size <= 240:
                    train.append(patch)
                elif left >= 240:
                    test.append(patch)
    return Dataset("photographs", "embedded", np.stack(train), np.zeros(len(train), np.uint8), np.stack(test),
                   np.zeros(len(test), np.uint8), CREDIT)
