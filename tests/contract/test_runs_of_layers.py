"""Runs of layers, net[2:5], and layers put in another's place: parts like any other."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.gradcheck import check
from nanoae.layers import Linear, ReLU, Sigmoid
from nanoae.losses import mse
from nanoae.optim import Adam
from tests.optim.test_nam import counting


def network(backend="numpy"):
    layers = [Linear(5, 4), ReLU(), Linear(4, 3), ReLU(), Linear(3, 2), Sigmoid()]
    return Stack(layers).build((5,), "float64", backend, np.random.default_rng(0))


X = np.random.default_rng(1).standard_normal((7, 5))


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("cut", range(1, 6))
def test_two_runs_compute_what_the_whole_computes(backend, cut):
    net = network(backend)
    y = net.forward(X)[0].copy()
    lower, upper = net[:cut], net[cut:]
    code, cache = lower.forward(X)
    found, above = upper.forward(code)
    assert np.allclose(found, y, rtol=1e-13)
    dy = np.random.default_rng(2).standard_normal(y.shape)
    whole_cache = net.forward(X)[1]
    dx = net.backward(dy, whole_cache).copy()
    grad = net.grad.copy()
    net.grad[...] = 0
    again = lower.backward(upper.backward(dy, above), cache)
    assert np.allclose(again, dx, rtol=1e-12)
    assert np.allclose(net.grad, grad, rtol=1e-12)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize(("start", "stop"), [(0, 2), (0, 1), (1, 4), (2, 4), (2, 6), (3, 5)])
def test_a_run_alone_has_the_gradient_of_what_it_computes(backend, start, stop):
    """Its neighbours' kernels, which are not run, do none of its work."""
    net = network(backend)
    run = net[start:stop]
    cache = run.make_cache(7)
    x = np.random.default_rng(3).standard_normal((7, *run.in_shape))

    def forward(x, theta):
        run.theta[...] = theta
        return run.forward(x, cache)[0].copy()

    def backward(dy, x, theta):
        forward(x, theta)
        dx = run.backward(dy, cache).copy()
        return dx, run.grad.copy()

    check(forward, backward, x, run.theta.copy(), names=("x", "theta"))


def test_a_run_is_the_same_part_and_shares_theta():
    net = network()
    run = net[2:5]
    assert run is net[2:5]
    assert run is not net[2:4]
    assert run.theta.base is not None
    run.theta[...] = 3
    assert np.all(net[2].W == 3)
    assert np.all(net[4].b == 3)
    assert not np.any(net[0].W == 3)
    assert np.array_equal(net.theta[run.slice], run.theta)


def test_layers_outside_of_the_run_that_is_trained_get_no_gradient():
    kernels = counting()
    net = network(kernels)
    cache = net.make_cache(7)
    net.forward(X, cache, train=True)
    net.loss(mse, np.zeros((7, 2)), cache)
    net.grad[...] = 7
    kernels.counts.clear()
    net.backward(None, cache, need_dx=False, need_dw=net[3:])
    assert kernels.counts["linear_weight_grad"] == 1    # of the last Linear alone
    assert kernels.counts["linear_input_grad"] == 0
    assert np.all(net[:4].grad == 7)
    before = net[:4].theta.copy()

    class Evaluate:
        def __call__(self, block=None, grad=True):
            return net.loss(mse, np.zeros((7, 2)), cache)

    optimizer = Adam(net[4:], 0.1)
    optimizer.step(Evaluate())
    assert np.array_equal(net[:4].theta, before)


def test_a_run_clones_and_steps_and_places_are_checked():
    net = network()
    clone = net[1:3].clone().build((4,), "float64", "numpy")
    assert np.array_equal(clone.theta, net[1:3].theta)
    with pytest.raises(ValueError, match="has step 1; got 2"):
        net[::2]
    with pytest.raises(ValueError, match="at least one layer"):
        net[3:3]
    assert len(Stack([Linear(2, 2), ReLU()])[:1]) == 1    # unbuilt, too


def test_a_layer_is_replaced_and_the_rest_keeps_its_weights():
    inner = Stack([Linear(5, 4), ReLU(), Linear(4, 3)], name="encoder")
    net = Stack([inner, Stack([Linear(3, 5)], name="decoder")]).build((5,), "float64", "numpy",
                                                                      np.random.default_rng(0))
    other = net.replaced("encoder.2", Linear(4, 2)).replaced("decoder", Linear(2, 6)).build(
        (5,), "float64", "numpy", np.random.default_rng(1))
    assert np.array_equal(other["encoder"][0].W, net["encoder"][0].W)
    assert other["encoder"].out_shape == (2,)
    assert other.out_shape == (6,)
    for path in ("encoder.7", "head", "encoder.0.W"):
        with pytest.raises(KeyError, match="no part of this stack is called"):
            net.replaced(path, ReLU())
