"""Opening a file that may be compressed, by what it begins with, and reading no more than was promised."""
import gzip
import lzma
import os
import stat
import tokenize
import zlib
from contextlib import contextmanager
from math import prod
from typing import Any

from numpy.lib import format as npy

from .dataset import DataError

CHUNK = 1 << 20
RATIO, FREE = 16, 64 << 20    # a file may unpack to so many times its size, and to this much in any case
MAGIC: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"\xfd7zXZ\x00": lzma.open}


@contextmanager
def unpacked(path):
    """The file's content as a stream: plain, .gz or .xz. Raises DataError where it cannot be read or is damaged."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise DataError(f"{path}: is no ordinary file")
        with open(path, "rb") as raw:
            head = raw.read(6)
        opener: Any = next((opener for magic, opener in MAGIC.items() if head.startswith(magic)), open)
        with opener(path, "rb") as stream:
            yield stream
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: its compressed data break off or are damaged ({error}): fetch it again") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from None


def most_unpacked(path):
    """Bytes that a compressed file may hold: no set of pictures shrinks further than by RATIO."""
    return FREE + RATIO * os.stat(path).st_size


class Limited:
    """A stream that gives `most` bytes in all; a reader that wants more raises DataError before memory is taken."""

    def __init__(self, stream, most, path):
        self.stream, self.left, self.path = stream, most, path

    def read(self, size=-1):
        if size < 0 or size > self.left:
            raise DataError(f"{self.path}: unpacks to far more than a data set of its size holds")
        content = self.stream.read(size)
        self.left -= len(content)
        return content


def read_at_most(stream, size):
    """Up to size + 1 bytes, taken as they arrive: more than `size` shows that there are too many."""
    content = bytearray()
    while len(content) <= size and (chunk := stream.read(min(CHUNK, size + 1 - len(content)))):
        content += chunk
    return content


def read_npy(path):
    """The array in an .npy file; never a pickle. Raises DataError for a damaged file, before it takes its memory."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ValueError("it is no ordinary file")
        with open(path, "rb") as file:
            header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(npy.read_magic(file))
            if header is None:
                raise ValueError("a version of the format that is not read")
            shape, _, dtype = header(file)
            size = prod(shape) * dtype.itemsize
            if dtype.hasobject or min(shape, default=0) < 0 or size != os.fstat(file.fileno()).st_size - file.tell():
                raise ValueError(f"its header promises {dtype} {shape}, which is not what follows")
            if size == 0 or not shape:
                raise ValueError(f"it holds {dtype} {shape}, no list of values")
            file.seek(0)
            return npy.read_array(file, allow_pickle=False)
    except (OSError, EOFError, ValueError, TypeError, KeyError, OverflowError, SyntaxError, RecursionError,
            tokenize.TokenError) as error:
        raise DataError(f"{path} cannot be read as an .npy array ({str(error).splitlines()[0]})") from None
