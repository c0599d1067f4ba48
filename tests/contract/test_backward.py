"""Backward does what is asked and nothing else; losses inside a network."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.arrays import host
from nanoae.layers import Flatten, Linear
from nanoae.losses import cross_entropy, mse
from tests.networks import SHAPE, built, images

from .shared import FAST, RUNGS, R, counted, step


@FAST
def test_backward_twice_gives_the_same_answer(backend):
    net, _, _ = built(backend)
    y, cache = net.forward(images(5), train=True, rng=R(0))
    dx = net.backward(y, cache).copy()
    grad = net.grad.copy()
    assert np.array_equal(net.backward(y, cache), dx)
    assert np.array_equal(net.grad, grad)


@FAST
def test_gradients_not_asked_for_are_untouched(backend):
    net, encoder, decoder = built(backend)
    y, cache = net.forward(images(5), train=True, rng=R(0))
    net.backward(y, cache)
    full = host(net.grad).copy()
    for part in (encoder, decoder, encoder[0], encoder[-1], decoder[3]):
        net.grad[...] = 7
        assert net.backward(y, cache, need_dx=False, need_dw=part) is None
        assert np.array_equal(host(part.grad), full[part.slice])
        assert np.count_nonzero(host(net.grad) != 7) == part.grad.size
    net.grad[...] = 7
    codes_grad = decoder.backward(y, cache, need_dw=False)
    assert codes_grad.shape == (5, 10)
    assert np.all(host(net.grad) == 7)
    encoder.backward(codes_grad.copy(), cache, need_dx=False)
    assert np.allclose(host(encoder.grad), full[encoder.slice], rtol=0, atol=1e-15)


def test_backward_stops_below_the_lowest_part_asked_for():
    calls = []
    kernels = counted(calls)
    net, encoder, decoder = built(kernels)
    y, cache = net.forward(images(5), train=True, rng=R(0))
    calls.clear()
    net.backward(y, cache, need_dx=False, need_dw=decoder)
    assert "conv2d_weight_grad" in calls
    assert calls.count("linear_input_grad") == 0    # the decoder's first layer hands nothing on
    assert calls.count("linear_weight_grad") == 1
    calls.clear()
    decoder.backward(y, cache, need_dw=False)
    assert not [name for name in calls if "weight_grad" in name]
    calls.clear()
    net.backward(y, cache, need_dx=False)
    assert calls.count("conv2d_input_grad") == 2    # not the first layer's



def test_need_dw_refuses_what_is_no_part():
    net, encoder, decoder = built()
    y, cache = net.forward(images(5))
    for wrong in ("encoder", built()[0], 3):
        with pytest.raises(ValueError, match="need_dw is True, False or a part"):
            net.backward(y, cache, need_dw=wrong)
    with pytest.raises(ValueError, match="need_dw is True, False or a part"):
        decoder.backward(y, cache, need_dw=encoder)


@FAST
def test_single_layers_inside_a_fused_network_serve_backward_alone(backend):
    fused, plain = built(backend)[0], built(backend, fuse=False)[0]
    for net in (fused, plain):
        net.forward(images(5), net.make_cache(5), train=True, rng=R(0))
    rng = R(4)
    for a, b in zip(fused.leaves, plain.leaves, strict=True):
        x, dy = rng.standard_normal((5, *a.in_shape)), rng.standard_normal((5, *a.out_shape))
        results = []
        for layer in (a, b):
            y, cache = layer.forward(x, train=True, rng=R(5))
            results.append((y.copy(), layer.backward(dy, cache).copy(), layer.grad.copy()))
        for one, other in zip(*results, strict=True):
            assert np.array_equal(one, other)


@RUNGS
def test_loss_inside_equals_the_public_one(backend):
    net, _, decoder = built(backend)
    x = images(5)
    for reduction in ("mean", "sum", "sample"):
        y, cache = net.forward(x)
        value, dy = mse(y, x, reduction=reduction)
        net.backward(dy, cache)
        grad = net.grad.copy()
        assert float(net.loss(mse, x, cache, reduction=reduction)) == pytest.approx(value, rel=1e-13)
        assert net.backward(None, cache, need_dx=False) is None
        assert np.allclose(net.grad, grad, rtol=1e-12, atol=1e-15)
        decoder.backward(None, cache)    # the same output, so the same loss


@RUNGS
def test_cross_entropy_inside(backend):
    net = Stack([Flatten(), Linear(192, 3)]).build(SHAPE, "float64", backend, R(0))
    labels = np.array([0, 2, 1, 1, 0])
    y, cache = net.forward(images(5))
    value, dy = cross_entropy(y, labels)
    net.backward(dy, cache)
    grad = net.grad.copy()
    assert float(net.loss(cross_entropy, labels, cache)) == pytest.approx(value, rel=1e-13)
    net.backward(None, cache)
    assert np.allclose(net.grad, grad, rtol=1e-12, atol=1e-15)


def test_backward_of_none_needs_a_loss_since_the_last_forward():
    net, encoder, _ = built()
    _, cache = net.forward(images(5))
    net.loss(mse, images(5), cache)
    with pytest.raises(ValueError, match="starts from a loss"):
        encoder.backward(None, cache)    # the loss was of the decoder's output
    net.forward(images(5), cache)
    with pytest.raises(ValueError, match="starts from a loss"):
        net.backward(None, cache)
    with pytest.raises(ValueError, match="forward first"):
        net.backward(images(5), net.make_cache(5))


def test_a_loss_value_is_its_own():
    net, _, _ = built()
    cache = net.make_cache(5)
    values = [step(net, cache, images(5, seed=seed), R(0))[0] for seed in (1, 2)]
    assert values[0] != values[1]
    assert np.ndim(values[0]) == 0
