"""The papers' systems, one file each: a settings dataclass with the paper's values, and run(settings)."""
from importlib import import_module

from ..backend import suggestion

RECIPES = {
    "mnist-autoencoder": "convolutional autoencoder of 28 x 28 images (paper 2, section 2.1)",
    "anamo": "single-layer autoencoder: nested alternating FISTA against Adam (paper 3, algorithm 1)",
    "nam-autoencoder": "sparse codes of colour images: Adam on all against Adam by turns (paper 3, section 1)",
    "binary-autoencoder": "codes of bits, in three ways (paper 3, algorithms 2 and 3)",
    "lookahead-autoencoder": "film frames: Adam against Lookahead(Adam) (paper 1, the CAE)",
}


def get_recipe(name):
    """The module of a recipe: Settings, PAPER, run. Raises ValueError for an unknown name."""
    if name not in RECIPES:
        raise ValueError(f"recipe {name!r} is unknown; there are: {', '.join(RECIPES)}{suggestion(name, RECIPES)}")
    return import_module("." + name.replace("-", "_"), __name__)
