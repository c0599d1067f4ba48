"""Data: IDX files good and bad, embedded sets, finding real ones, and mini-batches."""
import gzip
import os
import struct

import numpy as np
import pytest

from nanoae.data import Batches, DataError, load, read_idx, scaled
from nanoae.data.mnist import FILES, load_folder


def idx_bytes(array):
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_set(folder, train=12, test=5, side=28, packed=True, dotted=False):
    """A small MNIST-like folder of random images."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for part, stem in FILES.items():
        n = train if part.startswith("train") else test
        shape, values = ((n, side, side), 256) if "images" in stem else ((n,), 10)
        array = rng.integers(values, size=shape).astype(np.uint8)
        name = stem.replace("-idx", ".idx") if dotted else stem
        content = idx_bytes(array)
        (folder / (name + (".gz" if packed else ""))).write_bytes(gzip.compress(content) if packed else content)
    return folder


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("shape", [(3,), (2, 4, 5), (2, 3, 4, 5)])
def test_idx_round_trip(tmp_path, packed, shape):
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(idx_bytes(array)) if packed else idx_bytes(array))
    read = read_idx(path)
    assert np.array_equal(read, array)
    assert read.dtype == np.uint8


GOOD = idx_bytes(np.zeros((3, 4, 5), np.uint8))


@pytest.mark.parametrize(("content", "message"), [
    (b"", "begins with nothing"), (b"hello world", "not an IDX file"), (GOOD[:-1], "promises 60 values"),
    (GOOD + b"x", "the file holds more"), (GOOD[:9], "breaks off inside its header"),
    (bytes([0, 0, 13, 3]) + GOOD[4:], "type 0x0d"), (gzip.compress(GOOD, mtime=0)[:-9], "break off or are damaged"),
    (idx_bytes(np.zeros(60, np.uint8)), "holds labels .1 dimensions., expected 3: are two files swapped"),
    (bytes([0, 0, 8, 3]) + struct.pack(">3I", 2 ** 15, 2 ** 10, 2 ** 10) + b"abc", "far more than its file can hold"),
    (bytes([0, 0, 8, 3]) + struct.pack(">3I", 3, 4, 5) + b"abc", "the file holds 3"),
])
def test_a_bad_idx_file_is_one_clear_error(tmp_path, content, message):
    path = tmp_path / "bad-file"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as error:
        read_idx(path, 3)
    assert "bad-file" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_idx_file(tmp_path):
    why = "No such file" if os.name == "posix" else ""    # Windows has words of its own
    with pytest.raises(DataError, match=rf"nothing: cannot be read \({why}"):
        read_idx(tmp_path / "nothing")


@pytest.mark.parametrize(("packed", "dotted"), [(True, False), (False, False), (False, True)])
def test_a_folder_of_four_files(tmp_path, packed, dotted):
    data = load_folder(write_set(tmp_path, packed=packed, dotted=dotted), "mnist")
    assert data.train.shape == (12, 1, 28, 28)
    assert data.test_labels.shape == (5,)
    assert data.train.dtype == data.train_labels.dtype == np.uint8
    assert data.shape == (1, 28, 28)


def test_folders_that_do_not_fit_together(tmp_path):
    write_set(tmp_path / "a")
    (tmp_path / "a" / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte\[.gz\] not found"):
        load_folder(tmp_path / "a", "mnist")
    write_set(tmp_path / "b")
    write_set(tmp_path / "c", train=9)
    name = "train-labels-idx1-ubyte.gz"
    (tmp_path / "b" / name).write_bytes((tmp_path / "c" / name).read_bytes())
    with pytest.raises(DataError, match="12 train images and 9 labels"):
        load_folder(tmp_path / "b", "mnist")


def test_which_set_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("NANOAE_DATA", str(tmp_path))
    assert load().source == "embedded"
    with pytest.raises(DataError, match="mnist was not found"):
        load("mnist")
    with pytest.raises(DataError, match="mnist was not found"):    # a folder that was named is not passed over
        load(data_dir=tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        load(data_dir=tmp_path / "nothing")
    with pytest.raises(DataError, match="did you mean 'mnist'"):
        load("mnits")
    write_set(tmp_path / "mnist")
    assert load().source == str(tmp_path / "mnist")
    assert load("embedded").source == "embedded"
    monkeypatch.delenv("NANOAE_DATA")
    assert load(data_dir=tmp_path).name == "mnist"
    assert load(data_dir=tmp_path / "mnist").name == "mnist"
    own = load(str(write_set(tmp_path / "own")))
    assert (own.name, own.source) == ("own", str(tmp_path / "own"))


def test_the_embedded_digits_and_shapes():
    digits, shapes = load("digits"), load("shapes")
    assert digits.train.shape == (11976, 1, 28, 28)
    assert digits.test.shape == (300, 1, 28, 28)
    assert np.bincount(digits.test_labels).min() > 20
    assert shapes.train.shape == (4000, 1, 28, 28)
    for data in (digits, shapes):
        assert data.train.dtype == np.uint8
        assert 10 < data.train.mean() < 90
        assert data.sentence().endswith(f"{len(data.test):,} test images")
        assert not any(np.array_equal(data.test[0], image) for image in data.train)


def test_real_mnist_is_the_published_one(real_data):
    data = load("mnist", real_data)
    assert data.train.shape == (60000, 1, 28, 28)
    assert data.test.shape == (10000, 1, 28, 28)
    assert data.train.mean() == pytest.approx(33.318421, abs=1e-6)
    assert np.bincount(data.train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


def test_batches_deal_every_image_once_and_scale_to_one():
    images = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1) * 25
    deal = Batches(images, 4)
    seen = np.concatenate([np.asarray(x).ravel() for x, _ in deal.shuffled(np.random.default_rng(0))])
    assert sorted((seen * 255).round().astype(int)) == list(range(0, 250, 25))
    assert seen.dtype == np.float32
    assert len(deal) == 3
    assert seen.max() <= 1
    again = np.concatenate([np.asarray(x).ravel() for x, _ in deal.shuffled(np.random.default_rng(0))])
    assert np.array_equal(seen, again)
    ordered = np.concatenate([np.asarray(x).ravel() for x, _ in deal.in_order()])
    assert np.array_equal(ordered, scaled(images).ravel())
    with pytest.raises(ValueError, match="at least 1"):
        Batches(images, 0)


def test_batches_stay_uint8_until_they_are_taken():
    images = np.zeros((10, 1, 2, 2), np.uint8)
    for x, _ in Batches(images, 4).shuffled(np.random.default_rng(0)):
        assert x.images is images
        assert x.shape == (len(x.index), 1, 2, 2)
