"""Weights to and from other libraries."""
from .pytorch import load_state_dict, to_state_dict

__all__ = ["load_state_dict", "to_state_dict"]
