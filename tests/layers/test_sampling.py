"""Sampling: its statistics, its draws, and a variational autoencoder's whole gradient, on every rung."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.arrays import host, put
from nanoae.gradcheck import check
from nanoae.layers import Conv2d, ConvTranspose2d, Flatten, KLPenalty, Linear, Reshape, Sampling, Sigmoid, Tanh
from nanoae.losses import mse
from nanoae.training import Evaluation

from .. import block_rung
from ..device import rung as device

RUNGS = pytest.mark.parametrize("backend", ["reference", "numpy", "numba", block_rung, device],
                                ids=["reference", "numpy", "numba", "blocks", "device"])
FAST = pytest.mark.parametrize("backend", ["numpy", "numba"])
IMAGE = (1, 3, 5)


def vae(backend, spread="logvar", dtype="float64"):
    encoder = Stack([Conv2d(1, 2, (2, 3)), Tanh(), Flatten(), Linear(12, 4), KLPenalty(spread), Sampling(spread)],
                    name="encoder")
    decoder = Stack([Linear(2, 12), Tanh(), Reshape((2, 2, 3)), ConvTranspose2d(2, 1, (2, 3)), Sigmoid()],
                    name="decoder")
    net = Stack([encoder, decoder]).build(IMAGE, dtype, backend, np.random.default_rng(0))
    if spread == "variance":
        encoder[3].b[2:] = 2    # positive for these images
    return net


@FAST
@pytest.mark.parametrize("spread", ["logvar", "variance"])
def test_samples_have_the_mean_and_the_variance_that_came(backend, spread):
    mean, variance = np.array([-1.0, 0.0, 2.0]), np.array([0.25, 1.0, 9.0])
    layer = Sampling(spread).build((6,), "float64", backend)
    second = np.log(variance) if spread == "logvar" else variance
    z, _ = layer.forward(np.tile(np.append(mean, second), (200_000, 1)), rng=np.random.default_rng(1))
    error = np.sqrt(variance / len(z))
    assert np.all(np.abs(z.mean(axis=0) - mean) < 5 * error)
    assert z.var(axis=0) == pytest.approx(variance, rel=5 * np.sqrt(2 / len(z)))
    assert np.all(np.abs(np.corrcoef(z.T) - np.eye(3)) < 0.02)


@FAST
def test_the_penalty_is_the_divergence_that_an_integral_gives(backend):
    mean, logvar = np.array([[0.7, -1.2]]), np.array([[-0.5, 0.9]])
    layer = KLPenalty().build((4,), "float64", backend)
    _, cache = layer.forward(np.concatenate([mean, logvar], axis=1))
    t = np.linspace(-12, 12, 200_001)
    found = 0.0
    for mu, s in zip(mean[0], logvar[0], strict=True):
        log_p = -0.5 * ((t - mu) ** 2 / np.exp(s) + s + np.log(2 * np.pi))
        log_q = -0.5 * (t ** 2 + np.log(2 * np.pi))
        found += np.trapezoid(np.exp(log_p) * (log_p - log_q), t)
    assert float(layer.penalty(cache)) == pytest.approx(found, rel=1e-9)


@RUNGS
@pytest.mark.parametrize("spread", ["logvar", "variance"])
def test_the_whole_gradient_of_a_variational_autoencoder(backend, spread):
    net, x = vae(backend, spread), np.random.default_rng(1).random((5, *IMAGE))
    cache = net.make_cache(5)
    net.draw(cache, 5, np.random.default_rng(2))

    def loss(theta):
        put(net.theta, theta)
        net.forward(x, cache, train=True, need_y=False)
        return np.array([float(net.loss(mse, x, cache, "sample"))])

    def gradient(dy, theta):
        loss(theta)
        net.backward(None, cache, need_dx=False)
        return (dy[0] * host(net.grad),)

    check(loss, gradient, host(net.theta).copy(), names=("theta",))


@RUNGS
def test_it_draws_when_it_can_and_returns_the_mean_when_it_cannot(backend):
    layer, x = Sampling().build((4,), "float64", backend), np.random.default_rng(0).standard_normal((3, 4))
    cache = layer.make_cache(3)
    with pytest.raises(ValueError, match="nothing to repeat"):
        layer.forward(x, cache, train=True)
    drawn = layer.forward(x, cache, rng=np.random.default_rng(1))[0].copy()
    assert not np.allclose(drawn, x[:, :2])
    dy = np.ones((3, 2))
    assert np.all(layer.backward(dy, cache)[:, 2:] != 0)
    assert np.array_equal(layer.forward(x, cache)[0], x[:, :2])
    dx = layer.backward(dy, cache)
    assert np.array_equal(dx[:, :2], dy)
    assert np.all(dx[:, 2:] == 0)
    assert np.array_equal(layer.forward(x, cache, train=True)[0], drawn)    # the draw was kept


def test_every_rung_draws_the_same():
    drawn = []
    for backend in ("reference", "numpy", "numba", block_rung, device):
        layer = Sampling().build((2, 3, 4), "float32", backend)
        drawn.append(layer.forward(np.zeros((5, 2, 3, 4), np.float32), rng=np.random.default_rng(3))[0].copy())
    for other in drawn[1:]:
        assert np.array_equal(other, drawn[0])


@FAST
def test_a_variance_that_is_not_above_0_costs_infinitely_much_and_breaks_nothing(backend):
    net, x = vae(backend, "variance"), np.random.default_rng(1).random((5, *IMAGE))
    cache = net.make_cache(5)
    evaluate = Evaluation(net, mse, cache, "sample")
    net.draw(cache, 5, np.random.default_rng(2))
    evaluate.begin(x)
    assert np.isfinite(evaluate())
    net["encoder"][3].b[2:] = -3
    assert evaluate() == np.inf
    assert np.all(np.isfinite(net.grad))


def test_an_odd_number_and_an_unknown_spread_are_refused():
    for layer in (Sampling(), KLPenalty()):
        with pytest.raises(ValueError, match="an even number of channels or features; 5 came"):
            layer.build((5,), "float32", "numpy")
    with pytest.raises(ValueError, match="logvar or variance; got 'std'"):
        Sampling("std")
    with pytest.raises(ValueError, match="weight is a number at least 0"):
        KLPenalty(weight=-1)
