"""Layers that people write themselves: public arrays on every rung, their Python run at every step, nothing stale."""
import copy

import numpy as np
import pytest

from nanoae import Stack
from nanoae.arrays import host
from nanoae.gradcheck import check
from nanoae.kernels import numba, numpy, reference
from nanoae.layers import (
    ELU,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    L1Penalty,
    Layer,
    LeakyReLU,
    MaxPool2d,
    ReLU,
    Softmax,
    Upsample,
)
from nanoae.losses import mse
from tests import block_rung
from tests.device import rung as device
from tests.rungs import GPU

RUNGS = (reference, numpy, numba, block_rung, device, *GPU)
every_rung = pytest.mark.parametrize("kernels", RUNGS, ids=lambda k: k.__name__)
SHAPE = (3, 4, 5)


class Centre(Layer):
    """y = x minus its mean over the channels of a pixel; takes a count of its calls, in Python."""

    calls = 0

    def compute(self, c):
        Centre.calls += 1
        assert c.x.shape == (c.n, *SHAPE)
        c.y[...] = c.x - c.x.mean(axis=1, keepdims=True)

    def input_grad(self, c):
        c.dx = c.dy - c.dy.mean(axis=1, keepdims=True)    # put in its place: as good as written into


class Scale(Layer):
    """One factor a channel, and what is kept from forward to backward."""

    def __init__(self, channels):
        self.parameters = {"W": (channels,)}

    def initialise(self, rng):
        self.W[...] = rng.standard_normal(self.W.shape)

    def compute(self, c):
        c.keep("x", self.in_shape)[...] = c.x
        c.y[...] = self.W[:, None, None] * c.x

    def input_grad(self, c):
        c.dx[...] = self.W[:, None, None] * c.dy

    def weight_grad(self, c):
        self.dW[...] = np.sum(c.dy * c.keep("x", self.in_shape), axis=(0, 2, 3))


def network(kernels, *layers):
    return Stack([Conv2d(3, 3, 3, padding=1), *layers, Conv2d(3, 2, 1)]).build(
        SHAPE, "float64", kernels, np.random.default_rng(0))


def trained(net, steps=4, n=5):
    """Losses and last gradient of some steps through one cache, each on another mini-batch."""
    cache, rng, losses = net.make_cache(n), np.random.default_rng(1), []
    for _ in range(steps):
        x = rng.random((n, *SHAPE))
        net.forward(x, cache, train=True, need_y=False)
        losses.append(float(net.loss(mse, np.zeros((n, *net.out_shape)), cache)))
        net.backward(None, cache)
        net.theta -= 0.05 * net.grad
    return np.array([*losses, *host(net.grad)])


@every_rung
def test_a_layer_of_one_s_own_trains_alike_on_every_rung(kernels):
    layers = Centre(), Scale(3), ELU(0.5)
    right = trained(network(reference, *(layer.clone() for layer in layers)))
    before = Centre.calls
    result = trained(network(kernels, *layers))
    assert np.max(np.abs(result - right)) <= 1e-11 * np.max(np.abs(right))
    assert Centre.calls == before + 4    # every step, though a rung may repeat the kernel calls around it


@every_rung
@pytest.mark.parametrize("make", [Centre, lambda: Scale(3)])
def test_its_gradient_check_sees_public_arrays(kernels, make):
    layer = make().build(SHAPE, "float64", kernels, np.random.default_rng(0))
    cache = layer.make_cache(4)

    def backward(dy, x):
        layer.forward(x, cache)
        return layer.backward(dy, cache).copy()

    check(lambda x: layer.forward(x, cache)[0].copy(), backward, np.random.default_rng(2).random((4, *SHAPE)))


@every_rung
def test_a_subclass_of_an_activation_is_not_fused_away(kernels):
    class Doubled(ReLU):
        def compute(self, c):
            super().compute(c)    # a kernel, on public arrays
            c.y *= 2

        def input_grad(self, c):
            super().input_grad(c)
            c.dx *= 2

    class Named(ReLU):
        """Writes no method anew: keeps the promise and is fused."""

    assert Named.kernels_only
    assert not Doubled.kernels_only
    single, double = network(kernels, Named()), network(kernels, Doubled())
    x = np.random.default_rng(3).random((5, *SHAPE))
    double[2].W[...] = single[2].W / 2
    assert np.allclose(single.forward(x)[0], double.forward(x)[0], atol=1e-14)
    assert np.max(np.abs(trained(double)[1:4] - trained(single)[1:4])) > 1e-6    # another gradient, another path


def test_a_wrong_shape_says_which_method_left_it():
    class Shrunk(Layer):
        def compute(self, c):
            c.y = c.x[:, :1]

    with pytest.raises(ValueError, match=r"1 Shrunk\(\): compute left c.y of shape \(2, 1, 4, 5\), expected"):
        network(numba, Shrunk()).forward(np.ones((2, *SHAPE)))


@every_rung
def test_settings_are_read_only_once_built(kernels):
    net = Stack([Conv2d(3, 3, 1), BatchNorm(3), LeakyReLU(0.1)])
    net.build(SHAPE, backend=kernels, rng=np.random.default_rng(0))
    for layer, name in ((net[1], "eps"), (net[1], "momentum"), (net[2], "negative_slope"), (net[2], "activation")):
        with pytest.raises(AttributeError, match=f"is built, and {name} is read-only: build a new network"):
            setattr(layer, name, 0.5)
    with pytest.raises(AttributeError, match=r"layer\.W\[\.\.\.\] = "):
        net[0].W = np.zeros((3, 3, 1, 1))
    net[0].W[...] = 1


def test_a_setting_changed_before_build_is_refused():
    layer = LeakyReLU(0.1)
    layer.negative_slope = 0.3    # the print, the clone and the fused kernel would still have 0.1
    with pytest.raises(ValueError, match=r"negative_slope was changed to 0\.3"):
        layer.build((3,), rng=None)


@pytest.mark.parametrize(("make", "message"), [
    (lambda: ReLU(inplace=True), "inplace: leave it out"),
    (lambda: GlobalAvgPool2d(7), "too many positional"),
    (lambda: MaxPool2d(2, 2, 0, 1), "too many positional"),
    (lambda: MaxPool2d(2, return_indices=True), "return_indices"),
    (lambda: MaxPool2d(2, dilation=2), "dilation: MaxPool2d takes neighbouring"),
    (lambda: Flatten(end_dim=2), "end_dim: leave it out"),
    (lambda: Conv2d(1, 2, 3, padding_mode="reflect"), "padding_mode"),
    (lambda: Conv2d(1, 2, 3, 1, 0, 1, 1, True, "he"), "too many positional"),
    (lambda: BatchNorm(3, track_running_stats=False), "statistics always run"),
])
def test_arguments_that_would_mean_something_else_are_refused(make, message):
    with pytest.raises(TypeError, match=message):
        make()


@pytest.mark.parametrize(("make", "message"), [
    (lambda: BatchNorm(3, momentum=None), "momentum is a number"),
    (lambda: BatchNorm(3, momentum=2), "momentum is a number"),
    (lambda: Upsample(), "either size"),
    (lambda: Upsample(2, 2), "either size"),
    (lambda: Dropout(np.nan), "p is a number"),
    (lambda: LeakyReLU("0.2"), "negative_slope is a number"),
    (lambda: BatchNorm(3, affine="no"), "affine is True or False"),
    (lambda: AvgPool2d(2, divisor_override=0), "divisor_override is a number above 0"),
    (lambda: Conv2d(1, 1, 3, padding="reflect"), "Only Conv2d knows"),
    (lambda: Conv2d(1, 1, 3, stride=2, padding="same"), "stride 1"),
    (lambda: Stack([Softmax()]).build((4, 5)), "takes"),
    (lambda: Stack([Softmax(dim=-1)]).build((4, 5, 6)), "dim=-1"),
])
def test_values_that_cannot_be_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_pytorch_s_positional_order_is_kept():
    """AvgPool2d(3, 2, 1, True) is ceil_mode there, Upsample(2) is size 2."""
    assert AvgPool2d(3, 2, 1, True).build((1, 6, 6), backend="numpy").out_shape == (1, 4, 4)
    assert AvgPool2d(3, 2, 1).build((1, 6, 6), backend="numpy").out_shape == (1, 3, 3)
    assert Upsample(2).build((1, 5, 5), backend="numpy").out_shape == (1, 2, 2)


@every_rung
def test_nan_goes_where_pytorch_sends_it(kernels):
    """Max pooling: the nan wins and takes the gradient. ReLU: nan passes, and so does its gradient."""
    x = np.array([[[[1.0, np.nan], [5.0, 2.0]]]])
    pool = MaxPool2d(2).build((1, 2, 2), "float64", kernels)
    y, cache = pool.forward(x)
    assert np.isnan(y).all()
    assert pool.backward(np.ones((1, 1, 1, 1)), cache).tolist() == [[[[0, 1], [0, 0]]]]
    relu = ReLU().build((1, 2, 2), "float64", kernels)
    y, cache = relu.forward(x - 2)
    assert relu.backward(np.ones((1, 1, 2, 2)), cache).tolist() == [[[[0, 1], [1, 0]]]]


@every_rung
def test_a_penalty_of_one_s_own_sees_this_forward_s_input(kernels):
    class Squares(L1Penalty):
        def penalise(self, c):
            return self.weight * np.sum(c.x ** 2)

        def input_grad(self, c):
            c.dx[...] = c.dy + 2 * self.weight * c.x

    net = network(kernels, Squares(0.5))
    cache = net.make_cache(5)
    for seed in (0, 1):
        x = np.random.default_rng(seed).random((5, *SHAPE))
        net.forward(x, cache, train=True)
        z = net[0].forward(x)[0].copy()
        assert abs(float(net.penalty(cache)) - 0.5 * np.sum(z ** 2)) < 1e-10
        net.loss(mse, np.zeros((5, *net.out_shape)), cache)
        net.backward(None, cache)


@every_rung
def test_a_layer_that_lets_x_through_by_its_own_will(kernels):
    class Switch(Layer):
        on = True

        def skips(self, c):
            return not Switch.on

        def compute(self, c):
            c.y[...] = 2 * c.x

        def input_grad(self, c):
            c.dx[...] = 2 * c.dy

    net = network(kernels, Switch())
    cache, x, found = net.make_cache(5), np.ones((5, *SHAPE)), []
    for on in (True, False, True):
        Switch.on = on
        found.append(net.forward(x, cache)[0].copy())
    assert np.array_equal(found[0], found[2])
    assert not np.allclose(found[0], found[1])


@every_rung
def test_what_is_kept_is_not_the_layer_s_own_output(kernels):
    class Kept(Layer):
        def compute(self, c):
            c.keep("y", self.in_shape)[...] = 7 * c.x
            c.y[...] = c.x

        def input_grad(self, c):
            c.dx[...] = c.dy * c.keep("y", self.in_shape)

    layer = Kept().build(SHAPE, "float64", kernels)
    x = np.random.default_rng(0).random((2, *SHAPE))
    _, cache = layer.forward(x)
    assert np.allclose(layer.backward(np.ones_like(x), cache), 7 * x)


@every_rung
def test_a_helper_written_anew_ends_the_promise(kernels):
    class Growing(L1Penalty):
        factor = 1.0

        def scale(self, c):
            Growing.factor *= 2
            return Growing.factor

    assert not Growing.kernels_only
    net, sums = network(kernels, Growing(1.0)), []
    cache = net.make_cache(5)
    for _ in range(3):
        net.forward(np.ones((5, *SHAPE)), cache, train=True)
        net.backward(np.zeros((5, *net.out_shape)), cache)
        sums.append(np.abs(host(net.grad)).sum())
    assert np.allclose(np.array(sums[1:]) / sums[0], [2, 4])
    assert float(net.penalty(cache)) > 0    # written by the method that it inherits


def test_a_method_put_on_the_layer_itself_is_refused():
    layer = ReLU()
    layer.compute = lambda c: None
    with pytest.raises(ValueError, match="compute was put on the layer itself"):
        layer.build((3,))


def test_layers_can_be_copied():
    twin = copy.deepcopy(Stack([Conv2d(3, 2, 3), LeakyReLU(negative_slope=0.3)]))
    assert repr(twin) == "Stack([Conv2d(3, 2, 3), LeakyReLU(negative_slope=0.3)])"
    assert twin.build(SHAPE, rng=np.random.default_rng(0)).out_shape == (2, 2, 3)
