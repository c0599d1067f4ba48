"""A small set on disk for recipes that tell classes apart, 300 training and 80 test digits, and short runs on it."""
from nanoae.cli import main
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


def short_runs(folder, digits, small):
    """of(recipe): its finished run in `folder`, two epochs, carried out when it is asked for; small: {recipe: settings
    to set}."""
    done: dict = {}

    def of(name):
        if name not in done:
            out = folder / name
            more = ["--set", *small[name]] if small.get(name) else []
            assert main(["run", name, "--data", digits, "--epochs", "2", "--backend", "numpy", "--out", str(out),
                         *more]) == 0
            done[name] = out
        return done[name]

    return of


def assert_reported_alike(out, pictures):
    """The run has these pictures, and `nanoae report` draws the same bytes again."""
    before = {path.name: path.read_bytes() for path in out.glob("*.png")}
    assert {name.removesuffix(".png") for name in before} == pictures
    assert main(["report", str(out)]) == 0
    for picture, content in before.items():
        assert (out / picture).read_bytes() == content, picture
