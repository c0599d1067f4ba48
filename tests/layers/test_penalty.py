"""A penalty inside a network: in the loss, in every gradient below it, and nowhere else."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.data import Batches
from nanoae.gradcheck import check
from nanoae.layers import Conv2d, ConvTranspose2d, L1Penalty, Linear, ReLU, Sigmoid
from nanoae.losses import REDUCTIONS, mse
from nanoae.training import mean_loss

SHAPE = (2, 3, 5)


def network(backend="numpy", weight=0.3, reduction="sum", dtype="float64"):
    encoder = Stack([Conv2d(2, 3, 3, stride=2), ReLU(), L1Penalty(weight, reduction)], name="encoder")
    decoder = Stack([ConvTranspose2d(3, 2, 3, stride=2), Sigmoid()], name="decoder")
    return Stack([encoder, decoder]).build(SHAPE, dtype, backend, np.random.default_rng(0))


def images(n=5):
    return np.random.default_rng(1).random((n, *SHAPE))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("backend", ["numpy", "numba", "reference"])
def test_the_loss_holds_the_penalty_and_its_gradient_is_that_of_both(backend, reduction):
    net, x = network(backend, reduction=reduction), images()
    cache = net.make_cache(5)

    def loss(theta):
        net.theta[...] = theta
        net.forward(x, cache, train=True, need_y=False)
        return np.array([float(net.loss(mse, x, cache, "sum"))])

    def gradient(dy, theta):
        loss(theta)
        net.backward(None, cache, need_dx=False)
        return (dy[0] * net.grad.copy(),)

    check(loss, gradient, net.theta.copy(), names=("theta",))
    codes, _ = net["encoder"].forward(x)
    y, _ = net.forward(x)
    scale = {"sum": 1, "mean": codes.size, "sample": 5}[reduction]
    penalty = 0.3 * np.sum(np.abs(codes)) / scale
    assert penalty > 0
    assert loss(net.theta.copy())[0] == pytest.approx(np.sum((y - x) ** 2) + penalty)
    assert float(net["encoder"][2].penalty(cache)) == pytest.approx(penalty) == pytest.approx(float(net.penalty(cache)))


def test_a_decoder_s_loss_and_tests_leave_it_out():
    net, x = network(), images()
    codes = net["encoder"].forward(x)[0].copy()
    decoder = net["decoder"]
    _, cache = decoder.forward(codes)
    value = float(decoder.loss(mse, x, cache))
    _, whole = net.forward(x)
    assert value == pytest.approx(float(net.loss(mse, x, whole)) - float(net.penalty(whole)))
    stored = np.round(255 * x).astype(np.uint8)
    plain = network(weight=0.0)
    batches = Batches(stored, 2, np.float64)
    assert mean_loss(net, mse, batches) == pytest.approx(mean_loss(plain, mse, batches), rel=1e-12)


def test_a_replayed_backward_keeps_the_penalty():
    net, x = network("numba"), images()
    cache, gradients = net.make_cache(5), []
    for _ in range(3):
        net.forward(x, cache, train=True, need_y=False)
        net.loss(mse, x, cache)
        net.backward(None, cache, need_dx=False)
        gradients.append(net.grad.copy())
    assert np.array_equal(gradients[0], gradients[1])
    assert np.array_equal(gradients[1], gradients[2])



@pytest.mark.parametrize(("make", "message"), [
    (lambda: L1Penalty(-1), "weight is a number at least 0"), (lambda: L1Penalty(1, "max"), "reduction is one of")])
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_its_gradient_comes_without_any_from_above():
    net = Stack([Linear(3, 2), L1Penalty(0.5)]).build((3,), "float64", "numpy", np.random.default_rng(0))
    y, cache = net.forward(np.ones((4, 3)))
    dx = net.backward(np.zeros_like(y), cache)
    assert np.allclose(dx, 0.5 * np.sign(y) @ net[0].W)
