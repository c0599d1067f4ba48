"""The papers' systems, one file each: a Recipe, with its settings and the paper's values."""
from importlib import import_module

from ..backend import suggestion
from ..from_file import is_of_file

RECIPES = ("mnist-autoencoder", "mnist-optimizers", "mnist-denoising", "mnist-classifier", "mnist-latent", "mnist-vae",
           "fashion-autoencoder", "fashion-folds", "fashion-denoising", "fashion-classifier", "fashion-latent",
           "fashion-gan", "fashion-judge", "anamo", "nam-autoencoder", "binary-autoencoder", "lookahead-autoencoder",
           "lookahead-vae", "stacked-adversarial")


def get_recipe(name):
    """The Recipe of this name, or of FILE.py:NAME. Raises ValueError for an unknown one."""
    if is_of_file(name):
        from .own import own_recipe
        return own_recipe(name)
    if ":" in name:
        raise ValueError(f"{name!r} names no file that ends with .py: FILE.py:NAME is a network or recipe of your own")
    if name not in RECIPES:
        raise ValueError(f"recipe {name!r} is unknown; {suggestion(name, RECIPES)}there are {', '.join(RECIPES)}, "
                         "and FILE.py:NAME for one of your own")
    return import_module("." + name.replace("-", "_"), __name__).recipe
