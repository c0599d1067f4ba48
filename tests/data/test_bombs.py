"""Small files that ask for much, and names that climb out: refused before memory is taken, on one line, in no time."""
import gzip
import io
import os
import struct
import subprocess
import sys
import tarfile
import time
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from nanoae.cli import main
from nanoae.data import DataError, Dataset, load, read_idx
from nanoae.data.cifar import load_cifar10, read_records
from nanoae.data.codes import read_codes, write_codes, write_pictures
from nanoae.data.objects import load_objects
from nanoae.data.photographs import load_photograph, load_photographs
from nanoae.data.pictures import load_frames
from nanoae.data.streams import read_npy
from tests.data.test_sets import write_frames

BIG = 1 << 31


def header(*shape):
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)


def npy_header(shape, dtype="|u1"):
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    text = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def archive(kind):
    """An archive whose extended header, or long name, says that 2 GiB follow."""
    info = tarfile.TarInfo("cifar-10-batches-bin/data_batch_1.bin")
    info.type, info.size = kind, BIG
    return gzip.compress(info.tobuf() + bytes(1 << 20))


def large_png():
    buffer = io.BytesIO()
    Image.new("RGB", (6000, 6000)).save(buffer, "PNG")
    return buffer.getvalue()


def eps():
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n"


BOMBS = {
    "images.gz, 2 GiB of zeros": (lambda: gzip.compress(header(BIG >> 20, 1 << 10, 1 << 10) + bytes(1 << 24), 1),
                                  lambda path: read_idx(path, 3)),
    "images of no rows": (lambda: header(0, 2 ** 32 - 1, 2 ** 32 - 1), lambda path: read_idx(path, 3)),
    "255 dimensions": (lambda: header(*[1] * 255), read_idx),
    "records.gz": (lambda: gzip.compress(bytes(100_000 * 3073)), lambda path: read_records(path, 1, 10)),
    "rows of nothing": (lambda: npy_header((10 ** 12, 0)), read_npy),
    "values of nothing": (lambda: npy_header((10 ** 12,), "|V0"), read_npy),
    "a scalar": (lambda: npy_header(()) + b"\0", read_npy),
    "large.png": (large_png, lambda path: load_photograph(path, (3, 8, 8))),
    "eps.png": (eps, lambda path: load_photograph(path, (3, 8, 8))),
    "8BPS.png": (lambda: b"8BPS" + bytes(100), lambda path: load_photograph(path, (3, 8, 8))),
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_a_bomb_is_refused_before_its_memory_is_taken(name, tmp_path):
    make, read = BOMBS[name]
    path = tmp_path / name.split(",")[0].replace(" ", "-")
    path.write_bytes(make())
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(DataError) as error:
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 256 << 20
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - began < 5
    assert len(str(error.value).splitlines()) == 1
    assert str(path) in str(error.value)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME], ids=["pax", "long name"])
def test_an_archive_whose_header_promises_two_gigabytes(kind, tmp_path):
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(archive(kind))
    tracemalloc.start()
    try:
        with pytest.raises(DataError):
            load_cifar10(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 256 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_and_a_sparse_file_hold_no_picture(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with open(tmp_path / "sparse.png", "wb") as file:
        file.truncate(6 << 30)
    for name in ("pipe.png", "sparse.png"):
        with pytest.raises(DataError, match="no ordinary file"):
            load_photograph(tmp_path / name, (1, 8, 8))


CHILD = """
import resource, sys
from nanoae.data import DataError
from nanoae.data.photographs import load_photograph
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    load_photograph(sys.argv[1], (3, 8, 8))
    what = "read"
except DataError as error:
    what = "refused"
print(what, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in kilobytes on Linux")
@pytest.mark.parametrize(("size", "options", "expected"), [
    (3400, {"format": "PNG"}, "read"), (4000, {"format": "PNG"}, "refused"),
    (7000, {"format": "JPEG"}, "read"), (7000, {"format": "JPEG", "progressive": True}, "refused"),
    (3000, {"format": "JPEG", "progressive": True}, "read"),
    (3400, {"format": "TIFF", "compression": "tiff_lzw"}, "read")])
def test_the_memory_that_a_picture_takes(size, options, expected, tmp_path):
    """All of it, Pillow's own too, as the system counts it."""
    path = tmp_path / "picture.png"
    Image.new("RGB", (size, size), (10, 20, 30)).save(path, **options)
    done = subprocess.run([sys.executable, "-c", CHILD, path], capture_output=True, text=True, check=True)
    what, megabytes = done.stdout.split()
    assert what == expected
    assert int(megabytes) < 256
    assert done.stderr == ""


def test_a_large_jpeg_is_read_at_a_fraction(tmp_path):
    Image.new("L", (6000, 6000), 128).save(tmp_path / "photo.jpg")
    assert abs(int(load_photograph(tmp_path / "photo.jpg", (1, 8, 8)).mean()) - 128) < 3


def hdf5(path, fill):
    h5py = pytest.importorskip("h5py", reason="needs the extra 'hdf5'")
    with h5py.File(path, "w") as file:
        for name in ("st", "sv"):
            fill(h5py, file, name)


@pytest.mark.parametrize("fill", [
    lambda h5py, file, name: file.create_dataset(name, (200_000, 3, 128, 128), np.uint8),
    lambda h5py, file, name: file.create_dataset(name, (9, 3, 8, 8), np.uint8, external=[("/etc/passwd", 0, 1728)]),
    lambda h5py, file, name: file.__setitem__(name, h5py.ExternalLink("other.h5", "st")),
    lambda h5py, file, name: file.create_virtual_dataset(name, h5py.VirtualLayout((9, 3, 8, 8), np.uint8)),
], ids=["empty", "external storage", "external link", "virtual"])
def test_hdf5_that_holds_nothing_itself(fill, tmp_path):
    from nanoae.data.vim2 import read_stimuli
    hdf5(tmp_path / "Stimuli.mat", fill)
    began = time.perf_counter()
    with pytest.raises(DataError, match="variable st"):
        read_stimuli(tmp_path / "Stimuli.mat", (3, 4, 4))
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/b", "..", "", "a\0b", "c:d", "x" * 300])
def test_names_that_climb_out_are_refused_and_nothing_is_written(name, tmp_path):
    with pytest.raises(DataError, match=r"row 2 is named .* no file name; nothing was written"):
        write_pictures(tmp_path / "out", np.zeros((2, 1, 4, 4)), ["fine", name])
    assert not (tmp_path / "out").exists()


def test_names_that_come_twice_are_refused(tmp_path):
    with pytest.raises(DataError, match="row 2 is named 'A' like another"):
        write_pictures(tmp_path / "out", np.zeros((2, 1, 4, 4)), ["a", "A"])


def test_pictures_that_differ_in_their_ending_keep_names_of_their_own(tmp_path):
    for name in ("a.png", "a.bmp", "comparison.png", "b.png"):
        Image.new("L", (8, 8)).save(tmp_path / name)
    images, names = load_photographs(tmp_path, (1, 8, 8))
    assert names == ["a.bmp", "a.png", "b", "comparison"]
    assert len(images) == 4


def test_a_file_name_that_is_no_utf8_comes_back(tmp_path):
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    write_codes(tmp_path / "codes", np.ones((1, 2)), [name])
    codes, names = read_codes(tmp_path / "codes.csv", (2,))
    assert names == [name]
    assert codes.tolist() == [[1, 1]]


def test_an_index_with_strange_rows(tmp_path):
    for k, index in enumerate(("file,source_frame,shot\n00000.png,0,one\n", "file,source_frame,shot\na\0b.png,0,0\n")):
        folder = write_frames(tmp_path / str(k), [0, 0])
        (folder / "index.csv").write_text(index)
        with pytest.raises(DataError, match="index"):
            load_frames(folder, "frames", (3, 8, 8))
    (tmp_path / "images-idx3-ubyte").write_bytes(header(1, 2, 2) + bytes(4))
    (tmp_path / "index.csv").write_text("row,object\n0,300\n")
    with pytest.raises(DataError, match=r"column object of index\.csv runs from 300"):
        load_objects(tmp_path, "coil20-32")


def test_a_folder_that_was_named_has_to_be_there(tmp_path, monkeypatch, capsys):
    for arguments in (("data", "verify", "--data-dir", "/nope"), ("data", "list", "--data-dir", "/nope"),
                      ("run", "mnist-autoencoder", "--data-dir", "/nope", "--out", str(tmp_path / "out"))):
        assert main(list(arguments)) == 1
        assert "data folder /nope does not exist" in capsys.readouterr().err
    assert main(["data", "verify", "--data-dir", str(tmp_path)]) == 1
    assert "nothing to verify" in capsys.readouterr().err
    monkeypatch.setenv("NANOAE_DATA", "/nope")
    with pytest.raises(DataError, match=r"/nope does not exist \(\$NANOAE_DATA\)"):
        load()
    assert isinstance(load("embedded"), Dataset)
