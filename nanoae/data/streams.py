"""Opening a file that may be compressed, by what it begins with, and reading no more than was promised."""
import gzip
import lzma
import os
import tokenize
import zlib
from contextlib import contextmanager
from math import prod
from typing import Any

from numpy.lib import format as npy

from .dataset import DataError

CHUNK = 1 << 20
MAGIC: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"\xfd7zXZ\x00": lzma.open}


@contextmanager
def unpacked(path):
    """The file's content as a stream: plain, .gz or .xz. Raises DataError where it cannot be read or is damaged."""
    try:
        with open(path, "rb") as raw:
            head = raw.read(6)
        opener: Any = next((opener for magic, opener in MAGIC.items() if head.startswith(magic)), open)
        with opener(path, "rb") as stream:
            yield stream
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: its compressed data break off or are damaged ({error}): fetch it again") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from None


def read_at_most(stream, size):
    """Up to size + 1 bytes, taken as they arrive: more than `size` shows that there are too many."""
    content = bytearray()
    while len(content) <= size and (chunk := stream.read(min(CHUNK, size + 1 - len(content)))):
        content += chunk
    return content


def read_npy(path):
    """The array in an .npy file; never a pickle. Raises DataError for a damaged file, before it takes its memory."""
    try:
        with open(path, "rb") as file:
            header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(npy.read_magic(file))
            if header is None:
                raise ValueError("a version of the format that is not read")
            shape, _, dtype = header(file)
            size = prod(shape) * dtype.itemsize
            if dtype.hasobject or min(shape, default=0) < 0 or size != os.fstat(file.fileno()).st_size - file.tell():
                raise ValueError(f"its header promises {dtype} {shape}, which is not what follows")
            file.seek(0)
            return npy.read_array(file, allow_pickle=False)
    except (OSError, EOFError, ValueError, TypeError, KeyError, OverflowError, SyntaxError, RecursionError,
            tokenize.TokenError) as error:
        raise DataError(f"{path} cannot be read as an .npy array ({str(error).splitlines()[0]})") from None
