"""Sets that are folders of pictures with an index: film frames, faces.

Every picture is cropped at its centre and reduced to the size that is asked for (`nanoae.data.photographs`). What is
held out is what a network could not have seen: other shots of a film, other people.
"""
import csv
from pathlib import Path

import numpy as np

from .dataset import DataError, Dataset
from .decoded import decoded
from .photographs import load_photograph

FILM = "frames: (c) Blender Foundation, www.bigbuckbunny.org, CC BY 3.0"
CREDITS = {
    "frames-bbb-clip": FILM, "frames-bbb-trailer": FILM,
    "cmu-faces": "faces: T. Mitchell, CMU Face Images, UCI Machine Learning Repository, CC BY 4.0",
    "bsds500-128": "photographs: P. Arbelaez et al. 2011, BSDS500, UC Berkeley, non-commercial research",
}
GAP = 10    # frames dropped between training and held-out frames of one shot


def read_index(folder, columns):
    """The rows of index.csv as dictionaries. Raises DataError where it is missing or lacks a column."""
    path = Path(folder) / "index.csv"
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read ({error})") from None
    if not rows or any(row.get(column) is None for row in rows for column in columns):
        raise DataError(f"{path}: expected rows with the columns {', '.join(columns)}")
    return rows


def labels_of(folder, rows, column, most=255):
    """The whole numbers of a column of the index, 0 where it has none; uint8 up to 255. Raises DataError for others."""
    try:
        found = [int(row.get(column) or 0) for row in rows]
    except ValueError as error:
        raise DataError(f"{folder}: column {column} of index.csv holds no whole number ({error})") from None
    if not 0 <= min(found) <= max(found) <= most:
        raise DataError(f"{folder}: column {column} of index.csv runs from {min(found)} to {max(found)}; 0 to {most} "
                        "are read")
    return np.array(found, np.uint8 if most == 255 else np.int64)


def is_indexed(folder):
    return (Path(folder) / "index.csv").is_file()


def read_pictures(name, folder, files, shape):
    """All pictures of a set as uint8 (n, *shape), decoded once."""
    paths = [Path(folder) / file for file in files]
    for path in paths:
        try:
            inside = Path(folder).resolve() in path.resolve().parents and "\0" not in str(path)
        except (OSError, ValueError):    # a zero byte on POSIX, a circle of links
            inside = False
        if not inside:
            raise DataError(f"{folder}: its index names {str(path)!r}, which is no file in it")
    label = f"{name}-{'x'.join(map(str, shape))}"

    def decode():
        return {"images": np.stack([load_photograph(path, shape) for path in paths])}

    return decoded(label, paths, decode)["images"]


def load_frames(folder, name, shape=(3, 72, 128)):
    """Film frames: whole shots are held out, from the last until they are a fifth; of a single shot, its last fifth."""
    rows = read_index(folder, ("file", "shot"))
    images = read_pictures(name, folder, [row["file"] for row in rows], shape)
    shots = labels_of(folder, rows, "shot", most=1 << 30)
    held = np.zeros(len(rows), bool)
    if len(set(shots)) == 1:
        held[-(len(rows) // 5):] = True
        kept = ~held
        kept[len(rows) - len(rows) // 5 - GAP:] = False
    else:
        for shot in sorted(set(shots), reverse=True):
            if held.sum() * 5 < len(rows):
                held |= shots == shot
        kept = ~held
    return split(name, folder, images, shots, kept, held)


def load_faces(folder, name, shape=(1, 120, 128)):
    """CMU faces, split by person: the last four of twenty are held out. Grey values are as published."""
    rows = read_index(folder, ("file", "person"))
    images = read_pictures(name, folder, [row["file"] for row in rows], shape)
    people = sorted({row["person"] for row in rows})
    person = np.array([people.index(row["person"]) for row in rows])
    held = person >= len(people) - max(1, len(people) // 5)
    return split(name, folder, images, person, ~held, held)


def split(name, folder, images, labels, kept, held):
    labels = labels.astype(np.uint8)
    return Dataset(name, str(folder), images[kept], labels[kept], images[held], labels[held], CREDITS.get(name, ""))
