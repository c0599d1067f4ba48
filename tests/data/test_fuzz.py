"""Damaged files: every mutation of a good file either loads or is one clear DataError, soon and in little memory.

2,000 mutations of each kind here; `python -m tests.data.test_fuzz 20000` for more.
"""
import gzip
import io
import lzma
import random
import struct
import sys
import tarfile
import time
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from nanoae.data import DataError, read_idx
from nanoae.data.cifar import from_archive, read_records
from nanoae.data.codes import read_codes
from nanoae.data.photographs import load_photograph, load_photographs
from nanoae.data.pictures import read_index
from nanoae.data.vim2 import read_stimuli
from nanoae.sealed import RunError, read_json, sealed_json, sealed_tensors
from nanoae.training.checkpoint import FORMAT, read_checkpoint
from tests.data.test_data import idx_bytes
from tests.data.test_sets import cifar_records


def png(mode="RGB"):
    picture = Image.fromarray(np.random.default_rng(0).integers(256, size=(9, 7, 3)).astype(np.uint8)).convert(mode)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def jpeg():
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(256, size=(9, 7, 3)).astype(np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


def npy():
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((2, 3)))
    return buffer.getvalue()


def tar():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        content = cifar_records(2).tobytes()
        info = tarfile.TarInfo("cifar-10-batches-bin/data_batch_1.bin")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def stimuli():
    """A small Stimuli.mat; empty where h5py is missing."""
    try:
        import h5py
    except ImportError:
        return b""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name in ("st", "sv"):
            file[name] = np.random.default_rng(0).integers(256, size=(3, 3, 8, 8)).astype(np.uint8)
    return buffer.getvalue()


def checkpoint():
    return sealed_tensors({"W": np.zeros((2, 3)), "b": np.zeros(3)}, {"format": FORMAT, "seconds": 0, "fits": {}})


IDX = idx_bytes(np.arange(60, dtype=np.uint8).reshape(3, 4, 5))
KINDS = {
    "idx": (IDX, lambda path: read_idx(path, 3)),
    "idx.gz": (gzip.compress(IDX), lambda path: read_idx(path, 3)),
    "cifar": (cifar_records(2).tobytes(), lambda path: read_records(path, 1, 10)),
    "cifar.xz": (lzma.compress(cifar_records(2).tobytes()), lambda path: read_records(path, 1, 10)),
    "cifar.tar.gz": (tar(), lambda path: from_archive(path, ("data_batch_1.bin",))),
    "picture.png": (png(), lambda path: load_photograph(path, (3, 8, 8))),
    "grey.png": (png("P"), lambda path: load_photograph(path, (1, 8, 8))),
    "picture.jpg": (jpeg(), lambda path: load_photograph(path, (3, 8, 8))),
    "array.npy": (npy(), lambda path: load_photographs(path, (3,))),
    "codes.npy": (npy(), lambda path: read_codes(path, (3,))),
    "codes.csv": (b"image,code_0,code_1\na,0.5,1.5\nb,2,3\n", lambda path: read_codes(path, (2,))),
    "index.csv": (b"file,shot\na.png,0\nb.png,1\n", lambda path: read_index(path.parent, ("file", "shot"))),
    "checkpoint.safetensors": (checkpoint(), read_checkpoint),
    "config.json": (sealed_json({"recipe": "mnist-autoencoder", "epochs": 3, "lr": None}), read_json),
    "Stimuli.mat": (stimuli(), lambda path: read_stimuli(path, (3, 4, 4))),
}
if not KINDS["Stimuli.mat"][0]:
    del KINDS["Stimuli.mat"]    # without h5py there is no such loader


def mutated(content, chance):
    """One of: bits flipped, bytes overwritten, cut short, doubled, a piece moved, a large number put in."""
    content = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content)) if content else 0
        kind = chance.randrange(6)
        if kind == 0 and content:
            content[at] ^= 1 << chance.randrange(8)
        elif kind == 1 and content:
            content[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif kind == 2:
            del content[at:]
        elif kind == 3:
            content[at:at] = content[at:at + chance.randint(1, 40)]
        elif kind == 4:
            piece = content[at:at + chance.randint(1, 20)]
            del content[at:at + len(piece)]
            content[chance.randint(0, len(content)):0] = piece
        else:
            content[at:at + 4] = struct.pack(">I", chance.choice((2 ** 31, 2 ** 32 - 1, 10 ** 6, 2 ** 16)))
    return bytes(content)


def fuzz(kind, folder, count, seed=0):
    """(loaded, refused, slowest in seconds) over `count` mutations; all but a result or a clear error is raised."""
    content, load = KINDS[kind]
    path, chance = folder / kind, random.Random(f"{kind} {seed}")
    path.write_bytes(content)
    load(path)    # the good file loads
    loaded, refused, slowest = 0, [], 0.0
    for _ in range(count):
        path.write_bytes(mutated(content, chance))
        began = time.perf_counter()
        try:
            load(path)
            loaded += 1
        except (DataError, RunError) as error:
            refused.append(str(error))
        slowest = max(slowest, time.perf_counter() - began)
    assert all(str(path.parent) in error for error in refused), "an error that names no file"
    return loaded, len(refused), slowest


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")    # Pillow warns of odd metadata
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_damaged_file_loads_or_is_one_clear_error(kind, tmp_path):
    tracemalloc.start()
    try:
        _, refused, _ = fuzz(kind, tmp_path, 2000)
        assert tracemalloc.get_traced_memory()[1] < 256 << 20
    finally:
        tracemalloc.stop()
    assert refused > 100


if __name__ == "__main__":
    import tempfile
    import warnings
    from pathlib import Path
    warnings.simplefilter("ignore")
    for name in KINDS:
        with tempfile.TemporaryDirectory() as made:
            counts = fuzz(name, Path(made), int(sys.argv[1]), seed=1)
            print("{:24} loaded {}, refused {}, slowest {:.3f} s".format(name, *counts))
