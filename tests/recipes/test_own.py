"""One's own network, recipe, optimizer and pictures: trained, left, gone on with, saved, loaded, checked."""
import re
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

import nanoae
from nanoae.cli import main
from nanoae.data import DataError, load
from nanoae.gradcheck import check_direction
from nanoae.recipes import get_recipe
from nanoae.sealed import read_json, read_tensors
from nanoae.trials.own_files import changed, records, relocated
from tests.kill_harness import CHECKPOINT, tensors_equal

MINE = '''
import numpy as np
from nanoae import Stack
from nanoae.layers import Flatten, Layer, Linear, Reshape, Sigmoid
from nanoae.optim import Optimizer
from nanoae.recipes.mnist_autoencoder import MnistAutoencoder
from nanoae.recipes.recipe import Recipe


class Centre(Layer):
    """x minus its mean over a sample."""
    def compute(self, c):
        c.y = c.x - c.x.mean(axis=(1, 2, 3), keepdims=True)

    def input_grad(self, c):
        c.dx = c.dy - c.dy.mean(axis=(1, 2, 3), keepdims=True)


def net(shape):
    n = int(np.prod(shape))
    return Stack([Stack([Centre(), Flatten(), Linear(n, 12)], name="encoder"),
                  Stack([Linear(12, n), Sigmoid(), Reshape(shape)], name="decoder")])


class Signs(Optimizer):
    def __init__(self, part, lr=1e-3):
        super().__init__(part, lr)

    def update(self):
        self.theta -= self.lr * np.sign(self.grad)


class Idle(Signs):
    update = Optimizer.update


class Rebinding(Signs):
    def update(self):
        self.theta = self.theta - self.lr * self.grad


class Forgetful(Signs):
    def __init__(self, part, lr=1e-3):
        super().__init__(part, lr)
        self.m = np.zeros_like(self.theta)


class Counting(Optimizer):
    def __init__(self, part, lr=1e-3):
        super().__init__(part, lr)
        self.t = 0

    def update(self):
        self.t += 1
        self.theta -= self.lr / self.t * self.grad


class Listing(Counting):
    def __init__(self, part, lr=1e-3):
        super().__init__(part, lr)
        self.past = []


class Wrong(Signs):
    def update(self):
        self.theta -= self.lr * self.grad[:3]


class Bare(Recipe):
    about = "nothing"


class Listed(MnistAutoencoder):
    def network(self, s, method, shape):
        return [Flatten()]


def two(shape, width):
    return net(shape)


class Mine(MnistAutoencoder):
    titles = {"": "mine"}


fixed, odd, nothing = net((1, 4, 4)), Stack([Flatten(), Linear(784, 3)]), 3
'''


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE)
    return tmp_path


def run(*words):
    return main(["run", *words, *(() if "--data" in words else ("--data", "embedded"))])


def command(out, *more):
    return [sys.executable, "-m", "nanoae", "run", "mine.py:net", "--data", "embedded", "--epochs", "6", "--out", out,
            *more]


@pytest.mark.slow
def test_a_network_of_one_s_own_is_trained_killed_resumed_saved_loaded_and_checked(mine):
    subprocess.run(command("whole"), check=True, capture_output=True)
    process = subprocess.Popen(command("hurt"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (mine / "hurt" / CHECKPOINT).exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert not (mine / "hurt" / "summary.json").exists()
    subprocess.run(command("hurt", "--resume"), check=True, capture_output=True)
    whole, hurt = (read_tensors(mine / name / CHECKPOINT)[0] for name in ("whole", "hurt"))
    assert tensors_equal(whole, hurt)

    net = nanoae.load_run("hurt").net
    net.save("net.safetensors")
    again = nanoae.load("net.safetensors", "numpy", own=[type(net["encoder"][0])], dtype="float64")
    assert np.array_equal(again.theta, net.theta)
    cache = again.make_cache(2)
    check_direction(lambda x: again.forward(x, cache)[0].copy(), lambda dy, x: again.backward(dy, cache).copy(),
                    np.random.default_rng(0).random((2, 1, 28, 28)))    # raises GradientError


def test_it_takes_any_pictures_an_optimizer_of_one_s_own_and_more_epochs(mine, capsys):
    rng = np.random.default_rng(0)
    for name in ("cats", "dogs"):
        (mine / "pets" / name).mkdir(parents=True)
        for k in range(6):
            Image.fromarray(rng.integers(0, 256, (20, 30, 3), np.uint8)).save(mine / "pets" / name / f"{k}.png")
    words = "mine.py:net", "--data", "pets", "--optimizer", "mine.py:Signs", "--set", "size=3-8-8", "lr=1e-3"
    assert run(*words, "--invert", "--epochs", "4", "--out", "whole") == 0
    assert run(*words, "--invert", "--epochs", "2", "--out", "short") == 0
    assert run("mine.py:net", "--data", "pets", "--epochs", "4", "--resume", "--out", "short") == 0
    whole, longer = (read_tensors(mine / name / CHECKPOINT)[0] for name in ("whole", "short"))
    assert tensors_equal(whole, longer)
    summary = read_json(mine / "short" / "summary.json")
    assert (summary["epochs"], summary["optimizer"]) == (4, "signs")
    assert sorted(path.name for path in (mine / "short").glob("*.png")) == ["losses.png", "reconstructions.png"]
    assert main(["reconstruct", "short", "pets/cats", "--out", "again"]) == 0
    assert len(list((mine / "again").glob("*.png"))) == 7
    capsys.readouterr()
    assert run("mine.py:net", "--data", "pets", "--epochs", "3", "--resume", "--out", "short") == 2
    assert "epochs is 4 there, 3 here" in capsys.readouterr().err


def test_a_run_is_found_again_with_its_file_and_its_pictures(mine, monkeypatch, capsys):
    """Moved as a whole, it goes on; with another file of that name it does not; what was copied finds its own."""
    old, new = mine / "old", mine / "new"
    (old / "pets").mkdir(parents=True)
    (mine / "mine.py").rename(old / "mine.py")
    for k in range(6):
        Image.fromarray(np.full((28, 28), 40 * k, np.uint8)).save(old / "pets" / f"{k}.png")
    monkeypatch.chdir(old)
    words = "mine.py:net", "--optimizer", "mine.py:Signs"
    assert run(*words, "--data", "pets", "--epochs", "1", "--out", "run") == 0
    monkeypatch.chdir(mine)
    assert run("old/mine.py:net", "--data", "old/pets", "--resume", "--epochs", "2", "--out", "old/run") == 0
    old.rename(new)
    assert main(["reconstruct", "new/run", "new/pets", "--out", "again"]) == 0
    monkeypatch.chdir(new)
    assert run(*words, "--data", "pets", "--resume", "--epochs", "3", "--out", "run") == 0
    (mine / "twin").mkdir()
    (mine / "twin" / "mine.py").write_text((new / "mine.py").read_text())    # another file of the same content
    twin = "../twin/mine.py:net", "--optimizer", "../twin/mine.py:Signs"
    assert run(*twin, "--data", "pets", "--resume", "--epochs", "4", "--out", "run") == 0
    (mine / "twin" / "mine.py").unlink()
    (new / "mine.py").write_text((new / "mine.py").read_text() + "\n")
    capsys.readouterr()
    assert run(*words, "--data", "pets", "--resume", "--epochs", "5", "--out", "run") == 2
    assert "mine.py has changed since this run began" in capsys.readouterr().err
    assert main(["reconstruct", "run", "pets", "--out", "changed"]) == 0
    assert "mine.py has changed since run was trained with it" in capsys.readouterr().err


def test_of_several_files_the_one_that_the_run_was_made_with_is_found(tmp_path, monkeypatch):
    here, was = tmp_path / "here", tmp_path / "was"
    for folder in (here, was):
        (folder / "run").mkdir(parents=True)
    (was / "mine.py").write_text("x = 1\n")
    config = {"recipe": f"{was / 'mine.py'}:net"}
    config |= records(config, was / "run")
    monkeypatch.chdir(tmp_path)
    for copied, found in (("x = 1\n", here), ("x = 2\n", was)):    # beside the run first, if it is the same
        (here / "mine.py").write_text(copied)
        assert relocated(config, here / "run")["recipe"] == f"{(found / 'mine.py').resolve()}:net"
    (was / "mine.py").unlink()
    moved = relocated(config, here / "run")
    assert moved["recipe"] == f"{(here / 'mine.py').resolve()}:net"
    assert changed(moved) == [str((here / "mine.py").resolve())]


def test_what_a_file_takes_from_us_stays_as_it_is(mine):
    """An optimizer that inherits one with scratch of its own, and a recipe that is only imported."""
    (mine / "borrowed.py").write_text("from nanoae.optim import Adadelta\n"
                                      "from nanoae.recipes.mnist_autoencoder import recipe\n\n\n"
                                      "class Mine(Adadelta):\n    pass\n")
    assert run("borrowed.py:recipe", "--epochs", "1", "--optimizer", "borrowed.py:Mine") == 0
    assert get_recipe("mnist-autoencoder").name == "mnist-autoencoder"


def test_black_on_white_is_white_on_black_to_the_network_and_itself_to_people(mine):
    recipe, rng = get_recipe("mine.py:net"), np.random.default_rng(1)
    plain, inverted = (recipe.data(recipe.Settings(data="embedded", invert=invert)) for invert in (False, True))
    assert np.array_equal(inverted.train, 255 - plain.train)
    assert np.array_equal(inverted.test, 255 - plain.test)
    for k, image in enumerate(rng.integers(0, 256, (2, 28, 28), np.uint8)):
        for folder, pixels in (("white", image), ("black", 255 - image)):
            (mine / folder).mkdir(exist_ok=True)
            Image.fromarray(pixels).save(mine / folder / f"{k}.png")
    assert run("mine.py:net", "--epochs", "1", "--out", "run") == 0
    assert main(["reconstruct", "run", "white", "--out", "from_white"]) == 0
    assert main(["reconstruct", "run", "black", "--invert", "--out", "from_black"]) == 0
    for k in range(2):
        white, black = (np.asarray(Image.open(mine / out / f"{k}.png"), int) for out in ("from_white", "from_black"))
        assert np.max(np.abs(255 - white - black)) <= 1


def test_a_recipe_of_one_s_own(mine):
    assert run("mine.py:Mine", "--epochs", "1", "--set", "latent=2") == 0
    assert (mine / "runs" / "Mine-1" / "filters.png").exists()
    assert main(["report", "runs/Mine-1"]) == 0


@pytest.mark.parametrize(("words", "said"), [
    (["mine.py:nett"], "has no 'nett'; did you mean 'net'.* it has .*odd"),
    (["mine.py"], "say which of what mine.py holds"), (["other.py:net"], "there is no file other.py"),
    (["mine.py:nothing"], "is a int; `nanoae run` takes a Recipe"),
    (["mine.py:Signs"], "is a class"), (["mine.py:odd"], "makes 3 of 1 x 28 x 28"),
    (["mine.py:Bare"], r"Bare lacks Settings, .*; source, .*; network\("), (["mine.py:Listed"], "a network is a Stack"),
    (["mine.py:two"], "mine.py:two is called with the images' shape, .*missing a required argument: 'width'"),
    (["leaving.py:net"], r"leaving\.py, line 2: SystemExit: 3"),
    (["mine.py:fixed"], "expected|hold|takes"), (["broken.py:net"], r"broken\.py, line 2: ZeroDivisionError"),
    (["mine.py:net", "--optimizer", "mine.py:net"], "inherits from nanoae.optim.Optimizer"),
    (["mine.py:net", "--optimizer", "mine.py:Signs", "--set", "weight_decay=1"], "cannot be made with .*weight_decay"),
    (["mine:net"], "names no file that ends with .py"),
    (["mine.py:net", "--set", "epochs=3", "--epochs", "2"], "epochs was given twice: 2 and 3"),
    (["mine.py:net", "--set", "size=3-8"], "size is channels, height and width"),
    (["mine.py:net", "--optimizer", "mine.py:Forgetful"], r"keeps m, which no checkpoint would .*vectors = \('m',\)"),
    (["mine.py:net", "--optimizer", "mine.py:Idle"], "has no update"),
    (["mine.py:net", "--optimizer", "mine.py:Wrong"], r"mine\.py, line \d+: ValueError: operands"),
    (["mine.py:net", "--optimizer", "mine.py:Counting"], r"line \d+: TypeError: Counting\.t changes .*counters = "),
    (["mine.py:net", "--optimizer", "mine.py:Listing"], r"keeps past, which no checkpoint would"),
    (["mine.py:net", "--optimizer", "mine.py:Rebinding"], r"write into it, self\.theta\[\.\.\.\]"),
    (["fashion-gan", "--set", "clip_norm=1"], "leave out clip_norm"), (["stacked-adversarial", "--invert"], "--invert"),
    (["mnist-autoencoder", "--set", "schedule=cosin"], "did you mean 'cosine'")])
def test_what_cannot_be_is_one_sentence(mine, words, said, capsys):
    (mine / "broken.py").write_text("x = 1\nx / 0\n")
    (mine / "leaving.py").write_text("import sys\nsys.exit(3)\n")
    assert run(*words) == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("nanoae run: ")]
    assert re.search(said, line)
    assert not list(mine.glob("runs/*"))    # nothing was trained


def test_what_fails_before_it_trains_leaves_its_place_free(mine):
    (mine / "mine").mkdir()
    for out in ("mine", "new"):
        assert run("mine.py:net", "--optimizer", "mine.py:Wrong", "--out", out) == 2
    assert not (mine / "new").exists()
    assert not list((mine / "mine").iterdir())
    assert run("mine.py:net", "--epochs", "1", "--out", "mine") == 0
    assert run("mine.py:net", "--optimizer", "mine.py:Wrong", "--epochs", "2", "--resume", "--out", "mine") == 2
    assert len(list((mine / "mine").iterdir())) > 5


def test_folders_of_pictures(tmp_path):
    def draw(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (4, 4), 7).save(tmp_path / name)

    draw(*(f"flat/{k:02d}.png" for k in range(11)))
    data = load(str(tmp_path / "flat"), shape=(1, 4, 4))
    assert (len(data.train), len(data.test)) == (9, 2)
    assert np.all(data.inverted().train == 248)
    draw("classes/b/0.png", "classes/a/0.png", "classes/a/1.png")
    data = load(str(tmp_path / "classes"), shape=(3, 2, 2))
    assert data.train_labels.tolist() == [0, 0]
    assert data.test_labels.tolist() == [1]
    draw("one/0.png")
    with pytest.raises(DataError, match="at least 2 pictures are needed"):
        load(str(tmp_path / "one"))
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="no pictures in it or in its subfolders"):
        load(str(tmp_path / "none"))
