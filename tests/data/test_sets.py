"""The other sources: CIFAR in every packing, folders of pictures, IDX of objects, and the cache of decoded arrays."""
import gzip
import io
import lzma
import tarfile
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from PIL import Image

from nanoae.data import DataError, load
from nanoae.data.cifar import TRAIN10, load_cifar10, load_cifar100
from nanoae.data.decoded import decoded
from tests.data.test_data import idx_bytes


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("NANOAE_CACHE", str(tmp_path_factory.mktemp("cache")))


def cifar_records(n, labels=1, seed=0, classes=10):
    rng = np.random.default_rng(seed)
    table = rng.integers(256, size=(n, labels + 3072)).astype(np.uint8)
    table[:, :labels] = rng.integers(classes, size=(n, labels))
    return table


def write_cifar10(folder, pack=lambda content: content, suffix=""):
    folder.mkdir(parents=True, exist_ok=True)
    for k, file in enumerate((*TRAIN10, "test_batch.bin")):
        (folder / (file + suffix)).write_bytes(pack(cifar_records(4, seed=k).tobytes()))
    return folder


def tar_of(folder):
    """The official archive's layout, from a folder of plain files."""
    path = folder / "cifar-10-binary.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for file in (*TRAIN10, "test_batch.bin"):
            tar.add(folder / file, f"cifar-10-batches-bin/{file}")
            (folder / file).unlink()
    return folder


@pytest.mark.parametrize("packing", ["plain", "gz", "xz", "tar"])
def test_cifar10_in_every_packing(packing, tmp_path):
    pack = {"gz": gzip.compress, "xz": lzma.compress}.get(packing, lambda content: content)
    folder = write_cifar10(tmp_path / "c", pack, {"gz": ".gz", "xz": ".xz"}.get(packing, ""))
    data = load_cifar10(tar_of(folder) if packing == "tar" else folder)
    first = cifar_records(4, seed=0)
    assert data.train.shape == (20, 3, 32, 32)
    assert data.test.shape == (4, 3, 32, 32)
    assert np.array_equal(data.train[:4].reshape(4, -1), first[:, 1:])
    assert np.array_equal(data.train_labels[:4], first[:, 0])


@pytest.mark.parametrize(("spoil", "message"), [
    (lambda path: path.unlink(), "data_batch_2.bin not found"),
    (lambda path: path.write_bytes(path.read_bytes()[:-1]), "no whole number of records of 3,073 bytes"),
    (lambda path: path.write_bytes(b""), "no whole number of records"),
    (lambda path: path.write_bytes(b"\xff" * 3073), "label 255 where labels run from 0 to 9"),
    (lambda path: path.write_bytes(gzip.compress(path.read_bytes())[:-20]), "break off or are damaged"),
])
def test_a_bad_cifar_file_is_one_clear_error(spoil, message, tmp_path):
    folder = write_cifar10(tmp_path / "c")
    spoil(folder / "data_batch_2.bin")
    with pytest.raises(DataError, match=message) as error:
        load_cifar10(folder)
    assert "\n" not in str(error.value)


def test_a_bad_archive(tmp_path):
    folder = tar_of(write_cifar10(tmp_path / "c"))
    path = folder / "cifar-10-binary.tar.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) // 2])
    with pytest.raises(DataError, match=r"breaks? off or (is|are) damaged"):
        load_cifar10(folder)
    with tarfile.open(path, "w:gz") as tar:    # a path that climbs out is never written anywhere
        content = cifar_records(4).tobytes()
        info = tarfile.TarInfo("../../escaped/data_batch_1.bin")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    with pytest.raises(DataError, match="not found inside"):
        load_cifar10(folder)
    assert not list(tmp_path.parent.rglob("escaped"))


def test_cifar100_whole_and_as_a_part(tmp_path):
    for file, n in (("train.bin", 6), ("test.bin", 3)):
        (tmp_path / file).write_bytes(cifar_records(n, 2, classes=20).tobytes())
    data = load_cifar100(tmp_path)
    assert (len(data.train), len(data.test)) == (6, 3)
    assert np.array_equal(data.train_labels, cifar_records(6, 2, classes=20)[:, 1])
    part = tmp_path / "part"
    part.mkdir()
    table = cifar_records(50, 2)
    table[:, 1] = np.repeat(np.arange(5), 10)
    (part / "subset-10000.bin.xz").write_bytes(lzma.compress(table.tobytes()))
    data = load_cifar100(part)
    assert np.bincount(data.test_labels).tolist() == [2] * 5
    assert len(data.train) == 40


def write_frames(folder, shots, size=(24, 40)):
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["file,source_frame,shot"]
    for k, shot in enumerate(shots):
        pixels = np.full((*size, 3), k % 256, np.uint8)
        Image.fromarray(pixels).save(folder / f"{k:05d}.png")
        lines.append(f"{k:05d}.png,{k},{shot}")
    (folder / "index.csv").write_text("\n".join(lines))
    return folder


def test_frames_are_split_by_shot(tmp_path):
    shots = [0] * 20 + [1] * 12 + [2] * 4 + [3] * 5
    write_frames(tmp_path / "frames-bbb-trailer", shots)
    data = load("frames-bbb-trailer", tmp_path, shape=(3, 16, 16))
    assert data.train.shape[1:] == (3, 16, 16)
    assert set(data.test_labels) == {2, 3}
    assert set(data.train_labels) == {0, 1}
    assert len(data.train) + len(data.test) == 41
    assert "Blender Foundation" in data.credit


def test_frames_of_one_shot_are_split_by_time_with_a_gap(tmp_path):
    write_frames(tmp_path / "frames-bbb-clip", [0] * 50)
    data = load("frames-bbb-clip", tmp_path, shape=(3, 8, 8))
    assert len(data.test) == 10
    assert len(data.train) == 30
    assert int(data.test[0].mean()) - int(data.train[-1].mean()) == 11


def test_an_index_that_climbs_out_is_refused(tmp_path):
    folder = write_frames(tmp_path / "frames", [0, 0])
    (tmp_path / "secret.png").write_bytes((folder / "00000.png").read_bytes())
    (folder / "index.csv").write_text("file,source_frame,shot\n../secret.png,0,0\n")
    with pytest.raises(DataError, match="is no file in it"):
        load(str(folder))
    (folder / "index.csv").write_text("name\n1\n")
    with pytest.raises(DataError, match="columns file, shot"):
        load(str(folder))


def test_faces_are_split_by_person(tmp_path):
    folder = tmp_path / "cmu-faces"
    lines = ["file,person"]
    for person in "abcde":
        (folder / person).mkdir(parents=True)
        for k in range(3):
            Image.fromarray(np.full((12, 10), 99, np.uint8)).save(folder / person / f"{k}.png")
            lines.append(f"{person}/{k}.png,{person}")
    (folder / "index.csv").write_text("\n".join(lines))
    data = load("cmu-faces", tmp_path, shape=(1, 12, 10))
    assert set(data.test_labels) == {4}
    assert set(data.train_labels) == {0, 1, 2, 3}
    assert (data.train == 99).all()    # raw grey values


def test_photographs_in_train_and_val(tmp_path):
    for part, count in (("train", 4), ("val", 2)):
        (tmp_path / "bsds500-128" / part).mkdir(parents=True)
        for k in range(count):
            Image.fromarray(np.full((20, 30, 3), 7 * k, np.uint8)).save(tmp_path / "bsds500-128" / part / f"{k}.png")
    data = load("bsds500-128", tmp_path, shape=(3, 10, 10))
    assert (len(data.train), len(data.test)) == (4, 2)


def test_objects_in_one_idx_file(tmp_path):
    folder = tmp_path / "coil20-32"
    folder.mkdir()
    (folder / "images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_bytes(np.zeros((10, 32, 32), np.uint8))))
    rows = [f"{k},{k // 5 + 1},0,0" for k in range(10)]
    (folder / "index.csv").write_text("\n".join(["row,object,view,angle_deg", *rows]))
    data = load("coil20-32", tmp_path)
    assert data.train.shape == (8, 1, 32, 32)
    assert data.test_labels.tolist() == [1, 2]


def test_the_embedded_photographs():
    data = load("photographs")
    assert data.train.shape[1:] == (3, 64, 64)
    assert len(data.train) > 200
    assert len(data.test) > 30


def test_decoding_is_done_once_and_again_when_a_source_or_the_entry_changes(tmp_path, monkeypatch):
    source, calls = tmp_path / "source", []
    source.write_bytes(b"abc")

    def decode():
        calls.append(1)
        return {"a": np.frombuffer(source.read_bytes(), np.uint8).copy()}

    cache = tmp_path / "cache"
    monkeypatch.setenv("NANOAE_CACHE", str(cache))
    for _ in range(3):
        assert decoded("x", [source], decode)["a"].tolist() == [97, 98, 99]
    assert len(calls) == 1
    assert [path.name for path in tmp_path.iterdir() if path != cache] == ["source"]    # nothing beside the source
    source.write_bytes(b"abcd")
    assert decoded("x", [source], decode)["a"].tolist() == [97, 98, 99, 100]
    assert len(calls) == 2
    entry = next(path for path in (cache / "decoded").iterdir())
    content = (entry / "arrays.safetensors").read_bytes()
    (entry / "arrays.safetensors").write_bytes(content[:-1] + b"z")    # same size, other bits
    assert decoded("x", [source], decode)["a"].tolist() == [97, 98, 99, 100]
    assert len(calls) == 3
    monkeypatch.setenv("NANOAE_CACHE", str(source))    # cannot be written: decoded each time, without complaint
    assert decoded("x", [source], decode)["a"].size == 4
    assert len(calls) == 4


def decode_slowly():
    import time
    time.sleep(0.2)
    return {"a": np.arange(1000)}


def load_one(source):
    return int(decoded("x", [source], decode_slowly)["a"].sum())


def test_two_processes_can_make_an_entry_at_once(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"abc")
    with ProcessPoolExecutor(4) as pool:
        assert list(pool.map(load_one, [source] * 8)) == [499500] * 8


@pytest.mark.slow
def test_real_cifar10_is_the_published_one(real_data):
    data = load("cifar-10-batches-bin", real_data)
    assert data.train.shape == (50000, 3, 32, 32)
    assert data.train.mean(axis=(0, 2, 3)) == pytest.approx([125.3069, 122.9504, 113.8654], abs=1e-4)
