"""Data sets by name: real ones from a folder, embedded ones that need nothing."""
import os
from functools import partial
from pathlib import Path

from ..backend import suggestion
from .bundled import load_photograph_patches
from .cifar import is_cifar10, is_cifar100, load_cifar10, load_cifar100
from .dataset import DataError
from .decoded import cache_folder
from .digits import load_digits
from .half_images import load_half_images
from .mnist import is_here, load_folder
from .objects import is_objects, load_objects
from .own_pictures import has_pictures, is_split, load_folders, load_own_pictures
from .pictures import is_indexed, load_faces, load_frames
from .shapes import load_shapes
from .vim2 import is_vim2, load_vim2

# name: (is a folder this set?, its loader(folder, name), can its pictures be had in any size?)
REAL = {
    "mnist": (is_here, load_folder, False),
    "fashion-mnist": (is_here, load_folder, False),
    "cifar-10-batches-bin": (is_cifar10, load_cifar10, False),
    "cifar-100-binary": (is_cifar100, load_cifar100, False),
    "cmu-faces": (is_indexed, load_faces, True),
    "coil20-32": (is_objects, load_objects, False),
    "isomap-faces": (is_objects, load_objects, False),
    "frames-bbb-clip": (is_indexed, load_frames, True),
    "frames-bbb-trailer": (is_indexed, load_frames, True),
    "bsds500-128": (is_split, load_folders, True),
    "vim-2": (is_vim2, load_vim2, True),
}
EMBEDDED = {"digits": load_digits, "shapes": load_shapes, "half-images": load_half_images,
            "photographs": load_photograph_patches}


def folders(data_dir=None, to_make=False):
    """Where real sets are looked for: the folder given, else $NANOAE_DATA, else the user's cache.

    Raises DataError for a folder that was named and is not there, unless it is to be made.
    """
    given = data_dir if data_dir is not None else os.environ.get("NANOAE_DATA")
    if not given:
        return cache_folder() / "data"
    if not (to_make or Path(given).is_dir()):
        raise DataError(f"data folder {given} does not exist" + ("" if data_dir is not None else " ($NANOAE_DATA)"))
    return Path(given)


def locate(name, data_dir=None):
    """The folder that holds the real set `name`, or None. A folder given may also be the set's own."""
    root = folders(data_dir)
    candidates = [root / name, *([root] if data_dir is not None and root.resolve().name == name else [])]
    return next((folder for folder in candidates if REAL[name][0](folder)), None)


def load(name=None, data_dir=None, real="mnist", embedded="digits", shape=None):
    """The Dataset of a name in REAL or EMBEDDED, 'embedded' (the recipe's own), or a path to a folder.

    Without a name: the recipe's real set where it is found, else its embedded one; but a data_dir that was given and
    does not hold the real set is an error. shape: (c, h, w) to which sets of pictures are brought. A folder is read as
    four IDX files, as frames with an index, or as pictures (see `own_pictures`). Raises DataError,
    saying what was looked for and where.
    """
    if name == "embedded":
        name = embedded
    if name in EMBEDDED:
        return made(name, shape)
    wanted = name or real
    if wanted in REAL:
        folder = locate(wanted, data_dir)
        if folder is not None:
            return read(folder, wanted, *REAL[wanted][1:], shape)
        if name is None and data_dir is None:
            return made(embedded, shape)
        raise DataError(f"{wanted} was not found: looked for it in {folders(data_dir) / wanted}. Name the folder that "
                        "holds it with --data-dir or $NANOAE_DATA, or use --data embedded")
    if Path(wanted).is_dir():
        return load_own(Path(wanted), shape)
    if Path(wanted).exists():
        raise DataError(f"data {wanted!r} is a file; name the folder that it is in")
    known = (*REAL, *EMBEDDED, "embedded")
    raise DataError(f"data {wanted!r} is neither a folder nor a known set; {suggestion(wanted, known)}there are "
                    f"{', '.join(known)}")


def made(name, shape):
    """An embedded set; photographs in patches of the size asked for, a quarter of it apart."""
    if name == "photographs" and shape is not None:
        return load_photograph_patches(shape[1], shape[1] // 4)
    return EMBEDDED[name]()


def read(folder, name, loader, any_size, shape):
    """A set by its loader, in the shape asked for where its pictures can be had in any."""
    return partial(loader, shape=shape)(folder, name) if any_size and shape is not None else loader(folder, name)


def load_own(folder, shape):
    """A folder of one's own, by what is in it."""
    for is_this, loader, any_size in ((is_here, load_folder, False), (is_split, load_folders, True),
                                      (is_indexed, load_frames, True), (has_pictures, load_own_pictures, True)):
        if is_this(folder):
            return read(folder, folder.resolve().name, loader, any_size, shape)
    raise DataError(f"{folder}: no pictures in it or in its subfolders (no deeper), no four IDX files and no frames "
                    "with an index.csv were found")
