"""CIFAR-10 and CIFAR-100, binary versions: records of labels and 3,072 pixels, planar red, green, blue.

    CIFAR-10     label | 3,072 pixels               data_batch_1.bin ... data_batch_5.bin, test_batch.bin
    CIFAR-100    coarse | fine | 3,072 pixels       train.bin, test.bin, or a part of them in subset-10000.bin

Files may be plain, .gz or .xz, lie in a folder, or stand inside the official cifar-10-binary.tar.gz.
"""
import tarfile
from pathlib import Path
from typing import Any

import numpy as np

from .dataset import DataError, Dataset
from .decoded import decoded
from .streams import Limited, most_unpacked, read_at_most, unpacked

PIXELS = 3072
MOST = 100_000    # records in a file; the sets have 10,000 to 50,000
CREDIT = "CIFAR: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, University of Toronto 2009"
TRAIN10 = tuple(f"data_batch_{k}.bin" for k in range(1, 6))


def records(path, content, labels, classes):
    """(images (n, 3, 32, 32), label bytes (n, labels)) of a file's content. Raises DataError where it does not fit."""
    length = labels + PIXELS
    if len(content) == 0 or len(content) % length or len(content) > MOST * length:
        raise DataError(f"{path}: {len(content):,} bytes are no whole number of records of {length:,} bytes (at most "
                        f"{MOST:,} of them)")
    table = np.frombuffer(content, np.uint8).reshape(-1, length)
    if table[:, labels - 1].max() >= classes:
        raise DataError(f"{path}: label {table[:, labels - 1].max()} where labels run from 0 to {classes - 1}: is it "
                        "of another set?")
    return np.ascontiguousarray(table[:, labels:]).reshape(-1, 3, 32, 32), table[:, :labels].copy()


def read_records(path, labels, classes):
    with unpacked(path) as stream:
        most = min(MOST * (labels + PIXELS), most_unpacked(path))
        content = read_at_most(stream, most)
    if len(content) > most:
        raise DataError(f"{path}: unpacks to far more than a data set of its size holds")
    return records(path, content, labels, classes)


def find(folder, name):
    """The file of this name in the folder, plain or compressed, or None."""
    return next((path for suffix in ("", ".xz", ".gz") if (path := Path(folder) / (name + suffix)).is_file()), None)


def is_cifar10(folder):
    return any(find(folder, name) for name in (*TRAIN10, "test_batch.bin")) or archive(folder) is not None


def is_cifar100(folder):
    return any(find(folder, name) for name in ("train.bin", "test.bin", "subset-10000.bin"))


def archive(folder):
    path = Path(folder) / "cifar-10-binary.tar.gz"
    return path if path.is_file() else None


def load_cifar10(folder, name="cifar-10-batches-bin"):
    """The Dataset of a folder of CIFAR-10's six files, or of the official archive in it."""
    packed = archive(folder)
    wanted = (*TRAIN10, "test_batch.bin")
    paths = {} if packed else {file: find(folder, file) for file in wanted}
    missing = [file for file, path in paths.items() if path is None]
    if missing:
        raise DataError(f"{folder}: {', '.join(missing)} not found; CIFAR-10 has six files")

    def decode():
        found = from_archive(packed, wanted) if packed else {
            file: read_records(path, 1, 10) for file, path in paths.items()}
        parts = {"train": [found[file] for file in TRAIN10], "test": [found["test_batch.bin"]]}
        return stacked(parts)

    return dataset(name, folder, decoded("cifar-10", [packed] if packed else list(paths.values()), decode), 0)


def from_archive(path, wanted):
    """The records of the wanted members, read in place: nothing is ever unpacked to disk."""
    found = {}
    try:
        with unpacked(path) as plain:
            stream: Any = Limited(plain, most_unpacked(path), path)
            tar = tarfile.open(fileobj=stream, mode="r|")    # noqa: SIM115    nothing is held beside the stream
            for member in tar:
                file = Path(member.name).name
                if member.isfile() and file in wanted:
                    if member.size > MOST * (1 + PIXELS):
                        raise DataError(f"{path}: {member.name} promises {member.size:,} bytes, more than CIFAR has")
                    content = tar.extractfile(member).read()    # type: ignore[union-attr]
                    found[file] = records(f"{path}: {member.name}", content, 1, 10)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DataError(f"{path}: its archive breaks off or is damaged ({error}): fetch it again") from None
    if missing := [file for file in wanted if file not in found]:
        raise DataError(f"{path}: {', '.join(missing)} not found inside")
    return found


def load_cifar100(folder, name="cifar-100-binary"):
    """The Dataset of CIFAR-100; of the subset file alone, every fifth image of a class is held out. Labels are fine."""
    paths = {part: find(folder, file) for part, file in (("train", "train.bin"), ("test", "test.bin"))}
    subset = find(folder, "subset-10000.bin")
    if None in paths.values() and subset is None:
        raise DataError(f"{folder}: train.bin and test.bin (or subset-10000.bin) not found")

    def decode():
        if None not in paths.values():
            return stacked({part: [read_records(path, 2, 100)] for part, path in paths.items()})
        images, labels = read_records(subset, 2, 100)
        place = np.zeros(len(images), int)    # of an image among those of its class
        for label in range(100):
            of_class = np.flatnonzero(labels[:, 1] == label)
            place[of_class] = np.arange(len(of_class))
        held = place % 5 == 4
        return stacked({"train": [(images[~held], labels[~held])], "test": [(images[held], labels[held])]})

    sources = [path for path in (*paths.values(), subset) if path is not None]
    return dataset(name, folder, decoded("cifar-100", sources, decode), 1)


def stacked(parts):
    """{'train': images, 'train_labels': labels, ...} of lists of records."""
    arrays = {}
    for part, files in parts.items():
        arrays[part] = np.concatenate([images for images, _ in files])
        arrays[part + "_labels"] = np.concatenate([labels for _, labels in files])
    return arrays


def dataset(name, folder, arrays, column):
    return Dataset(name, str(folder), arrays["train"], arrays["train_labels"][:, column], arrays["test"],
                   arrays["test_labels"][:, column], CREDIT)
