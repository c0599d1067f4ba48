"""vim-2, the movie stimuli of Nishimoto et al. 2011: frames 128 x 128 x 3 in MATLAB 7.3's Stimuli.mat (extra `hdf5`).

    st    128 x 128 x 3 x 108000    training frames, 15 a second
    sv    128 x 128 x 3 x   8100    validation frames

MATLAB 7.3 is HDF5 with the axes reversed: h5py sees (frames, 3, width, height), so the last two swap back. The file is
5 GB, so it is read in slices, reduced as they come and kept in the cache of decoded arrays.
"""
from pathlib import Path

import numpy as np

from .dataset import DataError, Dataset
from .decoded import decoded

FILE, SLICE = "Stimuli.mat", 500
MOST, LARGEST = 200_000, 512    # frames and pixels a side; the set has 108,000 and 128
MOST_RATIO = 20    # of a film's bytes to what they are compressed to
CREDIT = "vim-2: S. Nishimoto et al. 2011, Gallant Lab Natural Movie 4T fMRI Data, CRCNS.org, doi 10.6080/K00Z715X"


def is_vim2(folder):
    return (Path(folder) / FILE).is_file()


def load_vim2(folder, name="vim-2", shape=(3, 64, 64)):
    """The Dataset of st (training) and sv (held out), each frame reduced to `shape`; labels are 0.

    Raises DataError where h5py is missing, the file is damaged, or a variable has another layout.
    """
    path = Path(folder) / FILE
    arrays = decoded(f"vim-2-{'x'.join(map(str, shape))}", [path], lambda: read_stimuli(path, shape))
    labels = {part: np.zeros(len(images), np.uint8) for part, images in arrays.items()}
    return Dataset(name, str(folder), arrays["train"], labels["train"], arrays["test"], labels["test"], CREDIT)


def read_stimuli(path, shape):
    """{'train': frames of st, 'test': frames of sv}, uint8 (n, *shape)."""
    try:
        import h5py
    except ImportError:
        raise DataError("vim-2 needs h5py: pip install 'nanoae[hdf5]'") from None
    try:
        with h5py.File(path, "r") as file:
            return {part: reduced(path, file, variable, shape) for part, variable in (("train", "st"), ("test", "sv"))}
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise DataError(f"{path}: is no whole MATLAB 7.3 file ({error})") from None


def reduced(path, file, variable, shape):
    """All frames of a variable as uint8 (n, *shape), slice by slice."""
    from PIL import Image
    link = file.get(variable, getlink=True)
    stored = file.get(variable) if type(link).__name__ == "HardLink" else None
    if stored is None or getattr(stored, "ndim", 0) != 4 or stored.shape[1] != 3 or stored.dtype != np.uint8:
        found = "missing" if stored is None else f"{getattr(stored, 'dtype', '')} {getattr(stored, 'shape', '')}"
        raise DataError(f"{path}: variable {variable} is {found}, expected uint8 (frames, 3, width, height)")
    channels, h, w = shape
    if channels != 3:
        raise DataError(f"vim-2 is in colour; {channels} channels were asked for")
    if len(stored) > MOST or max(stored.shape[2:]) > LARGEST:
        raise DataError(f"{path}: variable {variable} promises {stored.shape}, more than vim-2 has")
    if stored.external or stored.is_virtual:
        raise DataError(f"{path}: variable {variable} lies in another file, which is not read")
    if stored.size > MOST_RATIO * stored.id.get_storage_size():
        raise DataError(f"{path}: variable {variable} promises {stored.size:,} bytes and holds "
                        f"{stored.id.get_storage_size():,}")
    stored[-1:]    # a file that breaks off fails here, before memory is taken for all frames
    frames = np.empty((len(stored), *shape), np.uint8)
    for start in range(0, len(stored), SLICE):
        for k, frame in enumerate(stored[start:start + SLICE], start):
            picture = Image.fromarray(np.ascontiguousarray(frame.transpose(2, 1, 0)))    # (height, width, 3)
            small = np.asarray(picture.resize((w, h), Image.Resampling.LANCZOS))
            frames[k] = small.transpose(2, 0, 1)
    return frames
