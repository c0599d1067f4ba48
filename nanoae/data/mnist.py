"""MNIST and Fashion-MNIST: four IDX files in a folder, compressed or not, under their published names."""
from pathlib import Path

from .dataset import DataError, Dataset
from .idx import read_idx

CREDITS = {
    "mnist": "MNIST: Y. LeCun, C. Cortes, C. J. C. Burges",
    "fashion-mnist": "Fashion-MNIST: (c) 2017 Zalando SE, MIT licence",
}
CLOTHES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
FILES = {"train": "train-images-idx3-ubyte", "train_labels": "train-labels-idx1-ubyte",
         "test": "t10k-images-idx3-ubyte", "test_labels": "t10k-labels-idx1-ubyte"}


def class_names(name, count):
    """What the classes of a set are called: Fashion-MNIST's by their clothes, others by their numbers."""
    return CLOTHES if name == "fashion-mnist" else tuple(map(str, range(count)))


def find(folder, stem):
    """The file of this name in the folder, as published, unpacked, or with a dot for the last dash; or None."""
    dotted = "-".join(stem.split("-")[:2]) + "." + "-".join(stem.split("-")[2:])
    for name in (stem + ".gz", stem, dotted + ".gz", dotted):
        if (Path(folder) / name).is_file():
            return Path(folder) / name
    return None


def is_here(folder):
    return any(find(folder, stem) for stem in FILES.values())


def load_folder(folder, name):
    """The Dataset in a folder of four IDX files. Raises DataError where one is missing or they do not fit together."""
    paths = {part: find(folder, stem) for part, stem in FILES.items()}
    missing = [FILES[part] + "[.gz]" for part, path in paths.items() if path is None]
    if missing:
        raise DataError(f"{folder}: {', '.join(missing)} not found; a data set of this kind has four files")
    arrays = {part: read_idx(path, 1 if part.endswith("labels") else 3) for part, path in paths.items()}
    for part in ("train", "test"):
        images, labels = arrays[part], arrays[part + "_labels"]
        if len(images) != len(labels) or len(images) == 0:
            raise DataError(f"{folder}: {len(images)} {part} images and {len(labels)} labels do not fit together")
        arrays[part] = images[:, None]    # (n, 1, h, w)
    if arrays["train"].shape[1:] != arrays["test"].shape[1:]:
        raise DataError(f"{folder}: training images are {arrays['train'].shape[2:]}, test images "
                        f"{arrays['test'].shape[2:]}: they belong to different sets")
    return Dataset(name, str(folder), **arrays, credit=CREDITS.get(name, ""))
