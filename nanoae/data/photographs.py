"""Pictures of one's own: a file, a folder, or an array, brought to the size a network takes.

A picture is cropped to its central part of the network's aspect and reduced (or enlarged) to its size; for a network of
one channel it is made grey. Films and photographs of a folder come in the order of their names.
"""
import os
import stat
import struct
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np

from .dataset import DataError
from .streams import read_npy

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")    # whatever the name says
MOST_PIXELS = 12_000_000    # decoding takes up to twenty bytes for each
MOST_JPEG = 50_000_000    # a JPEG is read at a fraction of its size, unless it comes in passes
MOST_BYTES = 128 << 20    # of a file


def load_photographs(path, shape):
    """(images uint8 (n, *shape), names) of a picture, a folder of pictures, or an .npy file.

    Raises DataError for a missing or empty place, a file that is no picture, or an array of another shape.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(f"{path} does not exist")
    if path.suffix == ".npy":
        return load_array(path, shape)
    files = [path] if not path.is_dir() else sorted(
        file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and not file.name.startswith("."))
    if not files:
        raise DataError(f"{path} holds no pictures (looked for {', '.join(SUFFIXES)})")
    return np.stack([load_photograph(file, shape) for file in files]), unique_names(files)


def unique_names(files):
    """A name for each picture: without its ending where that is enough to tell it from the others."""
    times = Counter(file.stem.lower() for file in files)
    return [file.stem if times[file.stem.lower()] == 1 else file.name for file in files]


def load_photograph(path, shape):
    """One picture as uint8 (c, h, w)."""
    from PIL import Image, ImageOps
    channels, h, w = shape
    if channels not in (1, 3):
        raise DataError(f"pictures have 1 or 3 channels; this network takes {channels}")
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
            raise ValueError(f"no ordinary file of at most {MOST_BYTES:,} bytes")
        # from memory, where a damaged length asks for no more than there is
        with Image.open(BytesIO(Path(path).read_bytes()), formats=FORMATS) as picture:
            once = picture.format == "JPEG" and not picture.info.get("progressive")
            if picture.width * picture.height > (MOST_JPEG if once else MOST_PIXELS):
                raise ValueError(f"{picture.width} x {picture.height} pixels; up to "
                                 f"{MOST_JPEG if once else MOST_PIXELS:,} are read")
            picture.draft(None, (2 * w, 2 * h))    # a JPEG is decoded at a half, a quarter or an eighth
            upright = ImageOps.exif_transpose(eight_bits(picture))    # as the camera was held
            cropped = centre(upright.convert("L" if channels == 1 else "RGB"), w / h)
            reduced = cropped.resize((w, h), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError, struct.error,
            Image.DecompressionBombError) as error:
        said = "of no kind that is known" if "cannot identify" in str(error) else error
        raise DataError(f"{path} cannot be read as a picture ({said})") from None
    pixels = np.asarray(reduced, np.uint8).reshape(h, w, channels)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))    # (c, h, w)


def eight_bits(picture):
    """The picture with 8 bits a channel, and white where it is transparent. Raises ValueError for values that are
    neither 16 bits nor from 0 to 1."""
    from PIL import Image
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        paper.alpha_composite(coloured)
        paper.info["exif"] = picture.info.get("exif", b"")
        return paper
    if picture.mode[0] not in "IF":
        return picture
    values = np.asarray(picture, np.float64)
    most = 1.0 if picture.mode == "F" else 65535.0
    if not (values.min() >= 0 and values.max() <= most):
        raise ValueError(f"its values run from {values.min():g} to {values.max():g}; 8 or 16 bits are read, and floats "
                         "from 0 to 1")
    return Image.fromarray(np.round(values * (255 / most)).astype(np.uint8))


def centre(picture, aspect):
    """The largest central part with width / height = aspect."""
    width, height = picture.size
    w, h = min(width, round(height * aspect)), min(height, round(width / aspect))
    left, top = (width - w) // 2, (height - h) // 2
    return picture.crop((left, top, left + max(w, 1), top + max(h, 1)))


def load_array(path, shape):
    """Images of an .npy file: uint8, or floats in [0, 1]; (n, *shape) or one of them."""
    array = read_npy(path)
    array = array[None] if array.shape == tuple(shape) else array
    if array.shape[1:] != tuple(shape) or len(array) == 0:
        raise DataError(f"{path} holds an array {array.shape}; this network takes images (n, "
                        f"{', '.join(map(str, shape))})")
    if array.dtype != np.uint8:
        if array.dtype.kind != "f" or not (array.min() >= 0 and array.max() <= 1):
            raise DataError(f"{path} holds {array.dtype} values; images are uint8, or floats from 0 to 1")
        array = np.round(array * 255).astype(np.uint8)
    return array, [f"{i:05d}" for i in range(len(array))]
