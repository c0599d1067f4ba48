"""Paper 3's codes of bits: what is trained, its stages of relaxed codes, what is reported of it."""
from .recipe import recipe

__all__ = ["recipe"]
