"""Data sets by name: real ones from a folder, embedded ones that need nothing."""
import os
from pathlib import Path

from ..backend import suggestion
from .dataset import DataError
from .digits import load_digits
from .mnist import is_here, load_folder
from .shapes import load_shapes

REAL = ("mnist", "fashion-mnist")
EMBEDDED = {"digits": load_digits, "shapes": load_shapes}


def folders(data_dir=None):
    """Where real sets are looked for: the folder given, else $NANOAE_DATA, else the user's cache."""
    if data_dir is not None:
        return Path(data_dir)
    if os.environ.get("NANOAE_DATA"):
        return Path(os.environ["NANOAE_DATA"])
    import pooch
    return Path(pooch.os_cache("nanoae")) / "data"


def locate(name, data_dir=None):
    """The folder that holds the real set `name`, or None. A folder given may also be the set's own."""
    root = folders(data_dir)
    candidates = [root / name, *([root] if data_dir is not None and root.name == name else [])]
    return next((folder for folder in candidates if is_here(folder)), None)


def load(name=None, data_dir=None, real="mnist", embedded="digits"):
    """The Dataset of a name in REAL or EMBEDDED, 'embedded' (the recipe's own), or a path to a folder of IDX files.

    Without a name: the recipe's real set where it is found, else its embedded one; but a data_dir that was given and
    does not hold the real set is an error. Raises DataError, saying what was looked for and where.
    """
    if name == "embedded":
        return EMBEDDED[embedded]()
    if name in EMBEDDED:
        return EMBEDDED[name]()
    if data_dir is not None and not Path(data_dir).is_dir():
        raise DataError(f"data folder {data_dir} does not exist")
    wanted = name or real
    if wanted in REAL:
        folder = locate(wanted, data_dir)
        if folder is not None:
            return load_folder(folder, wanted)
        if name is None and data_dir is None:
            return EMBEDDED[embedded]()
        raise DataError(f"{wanted} was not found: looked for {folders(data_dir) / wanted}/train-images-idx3-ubyte[.gz] "
                        "and its three companions. Name the folder that holds it with --data-dir or $NANOAE_DATA, "
                        "or use --data embedded")
    if Path(wanted).is_dir():
        return load_folder(Path(wanted), Path(wanted).resolve().name)
    known = (*REAL, *EMBEDDED, "embedded")
    raise DataError(f"data {wanted!r} is neither a folder nor a known set ({', '.join(known)})"
                    f"{suggestion(wanted, known)}")
