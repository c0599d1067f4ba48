"""Forward and its cache: rungs agree, edges copy, memory is used again."""
import numpy as np
import pytest

from nanoae.arrays import host, put
from nanoae.gradcheck import check_direction
from tests.networks import built, images

from .shared import FAST, RUNGS, R


@RUNGS
def test_rungs_agree_fused_or_not_at_any_batch_size(backend):
    for n in (2, 4, 5):
        right, _, _ = built("reference")
        y, cache = right.forward(images(n), train=True, rng=R(2))
        expected = (y.copy(), right.backward(y - images(n), cache).copy(), right.grad.copy())
        for fuse in (True, False):
            net, _, _ = built(backend, fuse=fuse)
            y, cache = net.forward(images(n), train=True, rng=R(2))
            results = y.copy(), net.backward(y - images(n), cache), host(net.grad)
            for result, wanted in zip(results, expected, strict=True):
                assert np.max(np.abs(result - wanted)) < 1e-12 * np.max(np.abs(wanted))


@FAST
def test_whole_network_gradient_in_theta_and_x(backend):
    net, _, _ = built(backend)
    cache = net.make_cache(5)
    net.draw(cache, 5, R(3))

    def forward(x, theta):
        put(net.theta, theta)
        return net.forward(x, cache, train=True)[0].copy()

    def backward(dy, x, theta):
        forward(x, theta)
        return net.backward(dy, cache).copy(), host(net.grad).copy()

    check_direction(forward, backward, images(5), host(net.theta).copy(), directions=5)


@FAST
def test_a_cache_handed_back_is_filled_again_and_a_smaller_batch_uses_the_same_memory(backend):
    net, _, _ = built(backend)
    y, cache = net.forward(images(9))
    buffers = {key: id(buffer) for key, buffer in cache.buffers.items()}
    small, same = net.forward(images(4), cache)
    assert same is cache
    assert np.shares_memory(small, y)
    assert {key: id(buffer) for key, buffer in cache.buffers.items()} == buffers
    assert np.allclose(small, net.forward(images(4))[0], rtol=0, atol=1e-15)
    with pytest.raises(ValueError, match=r"use make_cache\(10\)"):
        net.forward(images(10), cache)


def test_two_caches_of_one_network_are_alive_at_once():
    net, _, _ = built()
    a, b = images(5, seed=1), images(5, seed=2)
    ya, first = net.forward(a, train=True, rng=R(0))
    net.backward(ya - a, first)
    expected = net.grad.copy()
    ya, first = net.forward(a, train=True, rng=R(0))
    dy = ya - a
    net.forward(b, train=True, rng=R(1))
    net.backward(dy, first)
    assert np.array_equal(net.grad, expected)


@RUNGS
def test_edges_copy(backend):
    net, _, _ = built(backend)
    x = images(5)
    y, cache = net.forward(x, train=True, rng=R(0))
    dy = y - x
    expected = net.backward(dy, cache).copy()
    grad = net.grad.copy()
    x = images(5)
    y, cache = net.forward(x, cache, train=True)
    dy = y - x
    x[...] = 0    # the loop refills its batch buffer
    y[...] = 9    # a learner computes in place
    dx = net.backward(dy, cache)
    dy[...] = 5
    assert np.array_equal(dx, expected)
    assert np.array_equal(net.grad, grad)
    dx[...] = 3
    assert np.array_equal(net.backward(images(5), cache), net.backward(images(5), cache))


def test_need_y_false_leaves_y_inside_and_output_copies_any_part_s_output_out():
    net, encoder, _ = built()
    y, cache = net.forward(images(5), need_y=False)
    assert y is None
    assert np.array_equal(net.output(cache), net.forward(images(5))[0])
    codes = encoder.output(cache)
    codes[...] = 0
    assert encoder.output(cache).any()
    assert encoder.output(cache).shape == (5, 10)


def test_a_cache_of_another_network_is_refused():
    net, encoder, _ = built()
    other, _, _ = built()
    cache = net.make_cache(5)
    with pytest.raises(ValueError, match="cache of its own part"):
        encoder.forward(images(5), cache)
    net.forward(images(5), cache)
    with pytest.raises(ValueError, match="not in the network that this cache was made for"):
        other.backward(images(5), cache)


def test_a_part_can_be_run_with_a_cache_of_its_own():
    net, encoder, decoder = built()
    y, cache = net.forward(images(5))
    codes, _ = encoder.forward(images(5), encoder.make_cache(5))
    again, _ = decoder.forward(codes, decoder.make_cache(5))
    assert np.array_equal(again, y)
