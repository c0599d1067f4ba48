"""Folders of pictures without an index: alone, in a subfolder for each class, or in train and val (or test), each so.

    PICTURES/*.png             every fifth is held out
    PICTURES/CLASS/*.png       every fifth of a class is held out
    PICTURES/train, test       what is in test is held out

What begins with a dot is some system's own, and passed over.
"""
from pathlib import Path

import numpy as np

from .dataset import DataError
from .photographs import SUFFIXES
from .pictures import read_pictures, split

HELD_OUT = "val", "test"
MOST = 256    # classes


def in_classes(folder):
    """{class: its pictures' names in the folder, sorted}: of subfolders, each a class, or of the folder itself, ''.
    Raises DataError where it has both."""
    def seen(place):
        return sorted(path for path in Path(place).iterdir() if not path.name.startswith("."))

    def inside(place):
        return [path.relative_to(folder).as_posix() for path in seen(place)
                if path.suffix.lower() in SUFFIXES and path.is_file()]

    own, classes = inside(folder), {place.name: inside(place) for place in seen(folder) if place.is_dir()}
    found = {name: files for name, files in classes.items() if files}
    if own and found:
        raise DataError(f"{folder}: {len(own)} pictures lie in it and others in {', '.join(found)}: put all of them "
                        "into subfolders, one for each class, or none")
    return found or {"": own}


def has_pictures(folder):
    return any(in_classes(folder).values())


def load_own_pictures(folder, name, shape=(3, 64, 64)):
    """Pictures in a folder or in a subfolder for each class; every fifth of a class is held out."""
    classes = in_classes(folder)
    files = [(file, k, i % 5 == 4) for k, inside in enumerate(classes.values()) for i, file in enumerate(inside)]
    if len(files) < 2 or len(classes) > MOST:
        raise DataError(f"{folder}: {len(files)} picture{'s' * (len(files) != 1)} in {len(classes)} folder"
                        f"{'s' * (len(classes) != 1)}; at least 2 pictures are needed, and at most {MOST} folders")
    if not any(held for _, _, held in files):
        files[-1] = (*files[-1][:2], True)
    return made(folder, name, files, shape)


def is_split(folder):
    return (Path(folder) / "train").is_dir() and any((Path(folder) / part).is_dir() for part in HELD_OUT)


def load_folders(folder, name, shape=(3, 64, 64)):
    """Pictures in the folders train and val, or train and test, by class or alone in each."""
    held = next(part for part in HELD_OUT if (Path(folder) / part).is_dir())
    parts = {part: in_classes(Path(folder) / part) for part in ("train", held)}
    if not all(any(classes.values()) for classes in parts.values()):
        raise DataError(f"{folder}: pictures are expected in its folders train and {held}, or in subfolders of these, "
                        "one for each class")
    names = sorted({one for classes in parts.values() for one in classes})
    if len(names) > MOST:
        raise DataError(f"{folder}: {len(names)} classes; at most {MOST} are read")
    return made(folder, name, [(f"{part}/{file}", names.index(one), part == held) for part, classes in parts.items()
                               for one, inside in classes.items() for file in inside], shape)


def made(folder, name, files, shape):
    """The Dataset of (file, number of its class, is it held out?)."""
    images = read_pictures(name, folder, [file for file, _, _ in files], shape)
    held = np.array([held for _, _, held in files])
    return split(name, folder, images, np.array([k for _, k, _ in files]), ~held, held)
