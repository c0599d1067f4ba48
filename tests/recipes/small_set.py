"""A small set on disk for recipes that tell classes apart: 300 training and 80 test digits."""
from nanoae.data.digits import load_digits
from tests.data.test_data import idx_bytes


def write_digits(folder, train=300, test=80):
    """Four IDX files of embedded digits in a new folder; returns its path as text."""
    data = load_digits()
    folder.mkdir()
    for stem, images, labels in (("train", data.train[::37][:train], data.train_labels[::37][:train]),
                                 ("t10k", data.test[:test], data.test_labels[:test])):
        (folder / f"{stem}-images-idx3-ubyte").write_bytes(idx_bytes(images[:, 0]))
        (folder / f"{stem}-labels-idx1-ubyte").write_bytes(idx_bytes(labels))
    return str(folder)
