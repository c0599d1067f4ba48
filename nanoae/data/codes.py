"""What goes in and out beside data sets: codes as .npy and CSV, pictures as PNG. Nothing is ever
overwritten, and nothing is written outside of --out."""
import csv
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np

from ..files import write_whole
from .dataset import DataError
from .streams import read_npy


def write_codes(path, codes, names):
    """Codes as PATH.npy and PATH.csv (a row an image: its name, then the numbers). Raises DataError for a used name."""
    stem = Path(path).with_suffix("") if Path(path).suffix in (".npy", ".csv") else Path(path)
    targets = [stem.with_name(stem.name + suffix) for suffix in (".npy", ".csv")]
    for target in targets:
        if target.exists():
            raise DataError(f"{target} is there already, and nothing is overwritten: choose another --out")
    stem.parent.mkdir(parents=True, exist_ok=True)
    array, text = BytesIO(), StringIO(newline="")
    np.save(array, codes)
    flat = codes.reshape(len(codes), -1)
    writer = csv.writer(text)
    writer.writerow(["image", *(f"code_{k}" for k in range(flat.shape[1]))])
    writer.writerows([name, *map(repr, row.tolist())] for name, row in zip(names, flat, strict=True))
    write_whole(targets[0], array.getvalue())
    write_whole(targets[1], text.getvalue().encode("utf-8", "surrogateescape"))    # a file name may be any bytes
    return targets


def read_codes(path, shape):
    """(codes (n, *shape), names) of an .npy or .csv file that write_codes wrote, or one like it."""
    path = Path(path)
    if path.suffix not in (".npy", ".csv"):
        raise DataError(f"{path} cannot be read as codes: an .npy or .csv file is expected")
    try:
        if path.suffix == ".csv":
            with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
                rows = list(csv.reader(file))[1:]
            names, codes = [row[0] for row in rows], np.array([[float(value) for value in row[1:]] for row in rows])
        else:
            codes = read_npy(path)
            names = [f"{i:05d}" for i in range(len(codes))]
    except (OSError, ValueError, IndexError, csv.Error) as error:
        raise DataError(f"{path} cannot be read as codes ({error}): an .npy or .csv file is expected") from None
    if codes.size == 0 or codes.size != len(codes) * int(np.prod(shape)) or codes.dtype.kind not in "fiu":
        raise DataError(f"{path} holds {codes.dtype} {codes.shape}; this run's codes are (n, "
                        f"{', '.join(map(str, shape))})")
    return codes.reshape(len(codes), *shape), names


def write_pictures(directory, images, names):
    """Images (n, c, h, w) in [0, 1] as DIRECTORY/NAME.png. Raises DataError for a directory that holds something, and
    for names that are the same (in any case of letters) or no plain file names."""
    from PIL import Image
    directory, taken = Path(directory), set()
    for row, name in enumerate(names, 1):
        if not name.strip() or name in (".", "..") or any(c in name for c in "/\\\0:") or len(name.encode(
                "utf-8", "surrogateescape")) > 200:
            raise DataError(f"row {row} is named {name!r}, which is no file name; nothing was written")
        if name.lower() in taken:
            raise DataError(f"row {row} is named {name!r} like another before it; nothing was written")
        taken.add(name.lower())
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise DataError(f"{directory} is in use already, and nothing is overwritten: choose another --out")
    directory.mkdir(parents=True, exist_ok=True)
    for image, name in zip(np.round(np.clip(images, 0, 1) * 255).astype(np.uint8), names, strict=True):
        pixels = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
        Image.fromarray(np.ascontiguousarray(pixels)).save(directory / f"{name}.png")
