"""A network in a file: the same network from it, whole or refused, and nothing of the file is run."""
import numpy as np
import pytest

import nanoae
from nanoae import Stack
from nanoae.architecture import from_text
from nanoae.layers import Conv2d, Layer, Linear, ReLU
from nanoae.loading import OURS
from nanoae.sealed import sealed_tensors
from tests.layers.cases import CASES
from tests.networks import SHAPE, autoencoder


class Doubled(Layer):
    """A layer of people's own."""

    def compute(self, c):
        c.y = 2 * c.x

    def input_grad(self, c):
        c.dx = 2 * c.dy


def built(net, shape=SHAPE, dtype="float32", backend="numpy"):
    return net.build(shape, dtype, backend, np.random.default_rng(0))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_comes_back_to_the_bit(tmp_path, dtype):
    net = built(autoencoder(), dtype=dtype, backend="numba")
    rng = np.random.default_rng(1)
    net.theta[...], net.running[...] = rng.standard_normal(net.theta.size), rng.uniform(1, 2, net.running.size)
    net.save(tmp_path / "net.safetensors")
    again = nanoae.load(tmp_path / "net.safetensors")
    assert repr(again) == repr(net)
    assert np.array_equal(again.theta, net.theta)
    assert np.array_equal(again.running, net.running)
    x = rng.random((3, *SHAPE)).astype(dtype)
    assert np.array_equal(again.forward(x)[0], net.forward(x)[0])
    assert nanoae.load(tmp_path / "net.safetensors", "numpy", "float64").theta.dtype == np.float64


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.layer.__name__)
def test_every_layer_is_made_again_from_its_print(case, tmp_path):
    if case.layer.__name__ not in OURS:
        pytest.skip("a layer of the tests' own")
    arguments, shape = case.example
    net = built(Stack([case.layer(**arguments)]), shape)
    net.save(tmp_path / "net.safetensors")
    again = nanoae.load(tmp_path / "net.safetensors", "numpy")
    assert repr(again) == repr(net)
    assert np.array_equal(again.theta, net.theta)


def test_layers_of_people_s_own_are_handed_over(tmp_path):
    path = tmp_path / "net.safetensors"
    built(Stack([Linear(4, 3), Doubled()]), (4,)).save(path)
    with pytest.raises(ValueError, match=r"layers of people's own: .*load\(path, own=\[Doubled\]\)"):
        nanoae.load(path)
    net, x = nanoae.load(path, "numpy", own=Doubled), np.ones((1, 4), "float32")
    assert np.array_equal(net.forward(x)[0], 2 * net[0].forward(x)[0])


def test_a_layer_of_one_s_own_is_never_taken_for_ours_of_the_same_name(tmp_path):
    path, theirs = tmp_path / "net.safetensors", type("ReLU", (Doubled,), {})
    built(Stack([Linear(4, 3), theirs()]), (4,)).save(path)
    with pytest.raises(ValueError, match=r"own=\[ReLU\]"):
        nanoae.load(path)
    assert type(nanoae.load(path, "numpy", own=[theirs])[1]) is theirs
    built(Stack([Linear(4, 3), ReLU()]), (4,)).save(path)
    assert type(nanoae.load(path, "numpy", own=[theirs])[1]) is ReLU
    with pytest.raises(ValueError, match="two classes in it have one name"):
        built(Stack([ReLU(), theirs()]), (4,)).save(path)


@pytest.mark.parametrize("change", [{"architecture": 5}, {"shape": 5}, {"dtype": [1]}, {"own": None}, {"shape": ["a"]},
                                    {"dtype": "int8"}, {"architecture": "Stack([Linear(4, 1000000000000000)])"}])
def test_what_a_file_says_of_its_network_is_checked(change, tmp_path):
    state = {"format": 1, "architecture": "Stack([Linear(4, 3)])", "shape": [4], "dtype": "float32", "own": []}
    (tmp_path / "net.safetensors").write_bytes(sealed_tensors({}, state | change))
    with pytest.raises(ValueError, match=r"net\.safetensors|invalid literal|dtype"):
        nanoae.load(tmp_path / "net.safetensors")


@pytest.mark.parametrize(("text", "said"), [
    ("__import__('os').system('true')", "is no layer of this network"), ("Stack([eval('1')])", "'eval' is no layer"),
    ("ReLU(", "SyntaxError"), ("3", "no network's print"), ("Stack(*[ReLU()])", "no stars"),
    ("Stack([ReLU().x])", "neither"), ("Stack([Linear(3)])", "TypeError: Linear"), ("Stacc([ReLU()])", "did you mean"),
    ("Stack([" * 3000, "no network's print"), ("Stack([ReLU(), (lambda: 1)()])", "is no layer"),
    ("Stack([], name='x')", "at least one layer")])
def test_what_is_no_print_is_refused_and_not_run(text, said):
    with pytest.raises(ValueError, match=said):
        from_text(text, OURS)


def test_what_cannot_be_saved_or_loaded_says_why(tmp_path):
    path = tmp_path / "net.safetensors"
    net = built(autoencoder())
    with pytest.raises(ValueError, match="piece of a network"):
        net["encoder"].save(path)
    with pytest.raises(FileNotFoundError, match=r"there is no such folder: .*nowhere'$"):
        net.save(tmp_path / "nowhere" / "net")
    with pytest.raises(ValueError, match="not built"):
        autoencoder().save(path)
    with pytest.raises(ValueError, match="cannot be made again from its print"):
        built(Stack([Conv2d(np.int64(2), 3, 3), ReLU()])).save(path)
    assert not path.exists()
    with pytest.raises(ValueError, match="does not exist"):
        nanoae.load(path)
    path.write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="damaged"):
        nanoae.load(path)
    net.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-7] + bytes([whole[-7] ^ 1]) + whole[-6:])
    with pytest.raises(ValueError, match="digest does not fit"):
        nanoae.load(path)
    path.write_bytes(sealed_tensors({}, {"format": 3}))
    with pytest.raises(ValueError, match=r"no network that this version's net\.save wrote"):
        nanoae.load(path)
