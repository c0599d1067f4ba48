"""Other libraries' faces: weights to and from PyTorch, an autoencoder for scikit-learn."""
from typing import Any

from .pytorch import load_state_dict, to_state_dict

__all__ = ["AutoencoderTransformer", "load_state_dict", "to_state_dict"]


def __getattr__(name) -> Any:    # scikit-learn takes a second to import
    if name == "AutoencoderTransformer":
        from .scikit_learn import AutoencoderTransformer
        return AutoencoderTransformer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
