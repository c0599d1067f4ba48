"""Sets of one IDX file with an index: COIL-20's objects on a turntable, and the Isomap faces."""
from pathlib import Path

import numpy as np

from .dataset import DataError, Dataset
from .idx import read_idx
from .pictures import labels_of, read_index

FILE = "images-idx3-ubyte"
CREDITS = {"coil20-32": "COIL-20: S. Nene, S. Nayar, H. Murase, Columbia University 1996, research use",
           "isomap-faces": "Isomap faces: J. Tenenbaum, V. de Silva, J. Langford 2000"}


def find(folder):
    return next((path for suffix in (".gz", "") if (path := Path(folder) / (FILE + suffix)).is_file()), None)


def is_objects(folder):
    return find(folder) is not None


def load_objects(folder, name):
    """The Dataset: every fifth image is held out; labels are COIL's object numbers, 0 for faces."""
    images = read_idx(find(folder), 3)[:, None]    # (n, 1, h, w)
    rows = read_index(folder, ("row",))
    if len(rows) != len(images):
        raise DataError(f"{folder}: {len(images)} images and {len(rows)} rows in index.csv do not fit together")
    labels = labels_of(folder, rows, "object")
    held = np.arange(len(images)) % 5 == 4
    return Dataset(name, str(folder), images[~held], labels[~held], images[held], labels[held], CREDITS.get(name, ""))
