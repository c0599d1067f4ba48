"""IDX, the format of MNIST: a few bytes of header, then the values in C order, compressed or not.

    0  0  8  d | d big-endian 32-bit sizes | bytes          8: unsigned bytes, d: number of dimensions
"""
import struct
from math import prod
from pathlib import Path

import numpy as np

from .dataset import DataError
from .streams import most_unpacked, read_at_most, unpacked


def read_idx(path, dimensions=None):
    """The array (uint8) in an IDX file; `dimensions` is how many it must have.

    Raises DataError for a missing, truncated, oversized or foreign file. Memory is taken as values arrive, so a header
    that promises more than the file holds costs nothing.
    """
    with unpacked(Path(path)) as stream:
        head = stream.read(4)
        if len(head) < 4 or head[:2] != b"\0\0":
            raise DataError(f"{path}: not an IDX file (it begins with {head.hex(' ') or 'nothing'}, expected 00 00 08)")
        if head[2] != 8:
            raise DataError(f"{path}: IDX values of type 0x{head[2]:02x}; only unsigned bytes (0x08) are read")
        if dimensions is not None and head[3] != dimensions:
            kind = {1: "labels", 3: "images"}.get(head[3], f"{head[3]}-dimensional values")
            raise DataError(f"{path}: holds {kind} ({head[3]} dimensions), expected {dimensions}: are two files "
                            "swapped?")
        sizes = stream.read(4 * head[3])
        if head[3] == 0 or len(sizes) < 4 * head[3]:
            raise DataError(f"{path}: breaks off inside its header")
        shape = struct.unpack(f">{head[3]}I", sizes)
        if 0 in shape or len(shape) > 4:
            raise DataError(f"{path}: its header promises values of shape {shape[:5]}: there are none to read")
        if prod(shape) > most_unpacked(path):
            raise DataError(f"{path}: its header promises {prod(shape):,} values, far more than its file can hold")
        values = read_at_most(stream, prod(shape))
    if len(values) != prod(shape):
        held = "more" if len(values) > prod(shape) else f"{len(values):,}"
        raise DataError(f"{path}: its header promises {prod(shape):,} values {shape}, the file holds {held}")
    return np.frombuffer(values, np.uint8).reshape(shape)
