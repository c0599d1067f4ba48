"""Weights there and back: names, shapes, running statistics, files, and the same outputs."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.interop import load_state_dict, to_state_dict
from nanoae.layers import BatchNorm, Linear
from tests.networks import SHAPE, autoencoder, built, images


def test_names_and_a_round_trip_without_pytorch(tmp_path):
    net, _, _ = built("numpy", "float32", seed=1)
    net.running[...] = np.arange(net.running.size)
    state = to_state_dict(net, tmp_path / "weights.safetensors")
    assert state["encoder.0.0.weight"].shape == (4, 2, 3, 3)
    assert {"encoder.0.1.weight", "encoder.0.1.bias", "encoder.0.1.running_mean", "encoder.0.1.running_var",
            "encoder.0.1.num_batches_tracked", "decoder.0.bias"} <= set(state)
    for source in (state, tmp_path / "weights.safetensors"):
        other, _, _ = built("numpy", "float32", seed=2)
        load_state_dict(other, source)
        assert np.array_equal(other.theta, net.theta)
        assert np.array_equal(other.running, net.running)
    assert not np.shares_memory(state["decoder.0.bias"], net.theta)


def test_what_does_not_fit_is_refused_and_nothing_changes(tmp_path):
    net, _, _ = built("numpy", "float32")
    theta, state = net.theta.copy(), to_state_dict(built("numpy", "float32", seed=3)[0])
    less = {name: value for name, value in state.items() if name != "decoder.0.bias"}
    with pytest.raises(ValueError, match=r"missing decoder\.0\.bias; unknown none"):
        load_state_dict(net, less)
    with pytest.raises(ValueError, match=r"missing none; unknown head\.weight"):
        load_state_dict(net, state | {"head.weight": np.zeros(3)})
    with pytest.raises(ValueError, match=r"decoder\.0\.bias has shape \(3,\), this network's is \(36,\)"):
        load_state_dict(net, state | {"decoder.0.bias": np.zeros(3)})
    (tmp_path / "broken").write_bytes(b"hello")
    with pytest.raises(ValueError, match="no whole safetensors file"):
        load_state_dict(net, tmp_path / "broken")
    with pytest.raises(ValueError, match="not built"):
        to_state_dict(autoencoder())
    assert np.array_equal(net.theta, theta)


def test_the_same_outputs_in_pytorch_there_and_back(tmp_path):
    torch = pytest.importorskip("torch", reason="parity with PyTorch needs the extra 'torch'")
    from collections import OrderedDict

    from safetensors.torch import load_file, save_file
    from torch import nn
    encoder = nn.Sequential(
        nn.Sequential(nn.Conv2d(2, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout()),
        nn.Conv2d(4, 6, 3, padding=1), nn.LeakyReLU(0.1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10))
    decoder = nn.Sequential(
        nn.Linear(10, 36), nn.ReLU(), nn.Unflatten(1, (6, 2, 3)), nn.ConvTranspose2d(6, 4, 4, 2, 1), nn.BatchNorm2d(4),
        nn.ReLU(), nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(4, 2, 3, padding=1), nn.Sigmoid())
    twin = nn.Sequential(OrderedDict(encoder=encoder, decoder=decoder))
    net, _, _ = built("numba", "float32")
    x = images(5, "float32")
    _, cache = net.forward(x, train=True, rng=np.random.default_rng(0))
    net.commit(cache)    # running statistics that are not 0 and 1

    to_state_dict(net, tmp_path / "there.safetensors")
    twin.load_state_dict(load_file(tmp_path / "there.safetensors"))
    with torch.no_grad():
        expected = twin.eval()(torch.from_numpy(x)).numpy()
    assert np.max(np.abs(net.forward(x)[0] - expected)) < 1e-6

    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
        twin.train()(torch.from_numpy(x))    # moves the running statistics
        expected = twin.eval()(torch.from_numpy(x)).numpy()
    save_file(twin.state_dict(), tmp_path / "back.safetensors")
    for source in (tmp_path / "back.safetensors", twin.state_dict()):
        other = autoencoder().build(SHAPE, "float32", "numba", np.random.default_rng(9))
        load_state_dict(other, source)
        assert np.max(np.abs(other.forward(x)[0] - expected)) < 1e-6


@pytest.mark.parametrize(("wrong", "message"), [
    (np.full((2, 3), 1j), "no real numbers"), (np.full((2, 3), "a"), "no real numbers"),
    (np.full((2, 3), np.nan), "nan or inf"), (np.full((2, 3), None), "no real numbers"),
    (np.full((2, 3), np.datetime64("2020-01-01")), "no real numbers"), (np.zeros((3, 2)), "has shape"),
    ("abc", "has shape")])
def test_what_cannot_be_a_weight_is_refused_and_changes_nothing(wrong, message):
    net = Stack([Linear(3, 2), BatchNorm(2)]).build((3,), backend="numpy", rng=np.random.default_rng(0))
    state = to_state_dict(net)
    before = net.theta.copy()
    for name in ("0.weight", "1.running_var"):
        value = wrong if name == "0.weight" else np.array([1.0, -1.0])
        with pytest.raises(ValueError, match=message if name == "0.weight" else "negative variance"):
            load_state_dict(net, {key: np.ones_like(array) for key, array in state.items()} | {name: value})
        assert np.array_equal(net.theta, before)
