"""Data sets as uint8 images (n, c, h, w): read, made, and dealt out in mini-batches."""
from .batches import Batches, scaled
from .catalog import EMBEDDED, REAL, load
from .corrupt import Blackened, Noise
from .dataset import DataError, Dataset
from .idx import read_idx

__all__ = ["EMBEDDED", "REAL", "Batches", "Blackened", "DataError", "Dataset", "Noise", "load", "read_idx", "scaled"]
