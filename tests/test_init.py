"""Initial weights: limits and deviations of each scheme, and equality with PyTorch's default distribution."""
import numpy as np
import pytest

from nanoae import init
from nanoae.layers import Conv2d, ConvTranspose2d, Linear

SHAPE = (200, 30, 3, 3)    # fan_in 270, fan_out 1800


@pytest.mark.parametrize(("name", "deviation"), [
    ("pytorch", 1 / np.sqrt(3 * 270)), ("he_uniform", np.sqrt(2 / 270)), ("he_normal", np.sqrt(2 / 270)),
    ("he", np.sqrt(2 / 270)), ("glorot_uniform", np.sqrt(2 / 2070)), ("glorot", np.sqrt(2 / 2070)),
    ("glorot_normal", np.sqrt(2 / 2070))])
def test_deviation(name, deviation):
    W = init.weights(name, SHAPE, np.random.default_rng(0))
    assert np.std(W) == pytest.approx(deviation, rel=0.02)
    assert abs(np.mean(W)) < 0.02 * deviation


@pytest.mark.parametrize(("name", "limit"), [("pytorch", 1 / np.sqrt(270)), ("he_uniform", np.sqrt(6 / 270)),
                                             ("glorot", np.sqrt(6 / 2070))])
def test_limit(name, limit):
    W = np.abs(init.weights(name, SHAPE, np.random.default_rng(0)))
    assert 0.999 * limit < W.max() <= limit


def test_biases_are_zero_but_for_pytorch_s():
    for name in init.NAMES:
        layer = Linear(30, 500, init=name).build((30,), "float64", "numpy", np.random.default_rng(0))
        if name == "pytorch":
            assert 0.99 / np.sqrt(30) < np.max(np.abs(layer.b)) <= 1 / np.sqrt(30)
        else:
            assert not layer.b.any()


def test_the_same_limits_as_pytorch():
    torch = pytest.importorskip("torch", reason="parity with PyTorch needs the extra 'torch'")
    torch.manual_seed(0)
    pairs = [(Linear(20, 300), torch.nn.Linear(20, 300), (20,)),
             (Conv2d(6, 80, 3), torch.nn.Conv2d(6, 80, 3), (6, 5, 5)),
             (Conv2d(6, 80, 3, groups=2), torch.nn.Conv2d(6, 80, 3, groups=2), (6, 5, 5)),
             (ConvTranspose2d(6, 80, 3), torch.nn.ConvTranspose2d(6, 80, 3), (6, 5, 5))]
    for ours, theirs, shape in pairs:
        ours.build(shape, "float64", "numpy", np.random.default_rng(0))
        assert ours.W.shape == tuple(theirs.weight.shape)
        assert np.max(np.abs(ours.W)) == pytest.approx(theirs.weight.abs().max().item(), rel=0.02)
        assert np.max(np.abs(ours.b)) == pytest.approx(theirs.bias.abs().max().item(), rel=0.1)
