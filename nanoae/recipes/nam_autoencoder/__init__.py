"""Paper 3, section 1: what is trained, what is reported of it, what is drawn."""
from .recipe import recipe

__all__ = ["recipe"]
