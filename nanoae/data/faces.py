"""Pairs of faces: a turned one, and the frontal one of the same person with the same expression and eyes.

People are split, not images: nobody who is tested was seen in training. Real pairs are CMU's; others are drawn
(`drawn_faces`).
"""
from pathlib import Path

import numpy as np

from .catalog import locate
from .dataset import DataError
from .drawn_faces import load_drawn_faces
from .people import by_people
from .pictures import CREDITS, read_index, read_pictures

NAME, DRAWN = "cmu-faces", "drawn-faces"
COLUMNS = "file", "person", "pose", "expression", "frontal_file"


def load_face_pairs(name=None, data_dir=None, shape=(1, 60, 64)):
    """The Dataset of pairs, targets beside images; labels are people, numbered from 0 through all parts.

    name: 'cmu-faces', 'drawn-faces' or 'embedded', or a folder like CMU's; None: CMU's where they are found. Raises
    DataError where there is no such set, or its index names too few people.
    """
    if name in ("embedded", DRAWN):
        return load_drawn_faces(shape)
    if name in (None, NAME):
        folder = locate(NAME, data_dir)
        if folder is not None:
            return read_pairs(folder, NAME, shape)
        if name is None and data_dir is None:
            return load_drawn_faces(shape)
        raise DataError(f"{NAME} was not found: name the folder that holds it with --data-dir or $NANOAE_DATA, or use "
                        "--data embedded")
    if Path(name).is_dir():
        return read_pairs(Path(name), Path(name).resolve().name, shape)
    raise DataError(f"data {name!r} is neither a folder of faces with an index.csv, nor {NAME}, nor {DRAWN}")


def read_pairs(folder, name, shape):
    """A folder's pairs: a fifth of its people are held out for tests, a tenth for validation."""
    rows = [row for row in read_index(folder, COLUMNS) if row["frontal_file"] and row["file"] != row["frontal_file"]]
    people = sorted({row["person"] for row in rows})
    if len(people) < 5:
        raise DataError(f"{folder}: its index names pairs of {len(people)} people; at least 5 are split by person")
    turned = read_pictures(f"{name}-turned", folder, [row["file"] for row in rows], shape)
    frontal = read_pictures(f"{name}-frontal", folder, [row["frontal_file"] for row in rows], shape)
    person = np.array([people.index(row["person"]) for row in rows], np.uint8)
    return by_people(name, str(folder), turned, frontal, person, CREDITS.get(name, ""))
