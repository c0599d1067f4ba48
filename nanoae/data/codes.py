"""What goes in and out beside data sets: codes as .npy and CSV, pictures as PNG. Nothing is ever overwritten."""
import csv
from pathlib import Path

import numpy as np

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
    np.save(targets[0], codes)
    flat = codes.reshape(len(codes), -1)
    with open(targets[1], "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", *(f"code_{k}" for k in range(flat.shape[1]))])
        writer.writerows([name, *map(repr, row.tolist())] for name, row in zip(names, flat, strict=True))
    return targets


def read_codes(path, shape):
    """(codes (n, *shape), names) of an .npy or .csv file that write_codes wrote, or one like it."""
    path = Path(path)
    if path.suffix not in (".npy", ".csv"):
        raise DataError(f"{path} cannot be read as codes: an .npy or .csv file is expected")
    try:
        if path.suffix == ".csv":
            with open(path, newline="") as file:
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
    """Images (n, c, h, w) in [0, 1] as DIRECTORY/NAME.png. Raises DataError for a directory that holds something."""
    from PIL import Image
    directory = Path(directory)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise DataError(f"{directory} is in use already, and nothing is overwritten: choose another --out")
    directory.mkdir(parents=True, exist_ok=True)
    for image, name in zip(np.round(np.clip(images, 0, 1) * 255).astype(np.uint8), names, strict=True):
        pixels = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
        Image.fromarray(np.ascontiguousarray(pixels)).save(directory / f"{name}.png")
