"""What is drawn is repeated exactly; running statistics move when a cache is committed."""
import numpy as np
import pytest

from nanoae.layers import BatchNorm, Dropout, Layer
from tests import block_rung
from tests.networks import built, images

from .shared import RUNGS, R, step


@RUNGS
def test_what_was_drawn_is_repeated_exactly(backend):
    net, _, _ = built(backend)
    y, cache = net.forward(images(5), train=True, rng=R(0))
    first = y.copy()
    assert np.array_equal(net.forward(images(5), cache, train=True)[0], first)
    assert not np.array_equal(net.forward(images(5), cache, train=True, rng=R(1))[0], first)
    net.draw(cache, 5, R(0))
    assert np.array_equal(net.forward(images(5), cache, train=True)[0], first)


def test_repeating_needs_a_draw_for_this_batch_size():
    net, _, _ = built()
    cache = net.make_cache(9)
    with pytest.raises(ValueError, match="nothing to repeat"):
        net.forward(images(5), cache, train=True)
    net.draw(cache, 5, R(0))
    with pytest.raises(ValueError, match="drawn for 5 samples and 4 came"):
        net.forward(images(4), cache, train=True)


def test_without_training_dropout_passes_and_the_draw_is_kept():
    net, _, _ = built()
    y, cache = net.forward(images(5), train=True, rng=R(0))
    first, bits = y.copy(), R(3)
    plain = net.forward(images(5), cache)[0].copy()
    net.forward(images(5), cache, rng=bits)
    assert bits.bit_generator.state == R(3).bit_generator.state    # dropout draws only in training
    assert not np.array_equal(plain, first)
    assert np.array_equal(net.forward(images(5), cache, train=True)[0], first)


class Jitter(Layer):
    """y = x + u where this forward uses a draw, else x: what a sampling layer asks of the floors."""

    draws = "always"

    def fill_draw(self, c, rng):
        rng.random(out=c.public("u", self.in_shape, np.float32), dtype=np.float32)

    def compute(self, c):
        c.y[...] = c.x + c.public("u", self.in_shape, np.float32) if c.drawing else c.x


def test_a_layer_that_always_draws_does_so_whenever_a_generator_is_given():
    layer, x = Jitter().build((3,), "float64", "numpy"), np.zeros((5, 3))
    y, cache = layer.forward(x, rng=R(0))    # train=False, but a generator
    first = y.copy()
    assert np.array_equal(first, R(0).random((5, 3), dtype=np.float32))
    assert not layer.forward(x, cache)[0].any()    # without one the draw is ignored, and kept
    assert np.array_equal(layer.forward(x, cache, train=True)[0], first)
    assert not np.array_equal(layer.forward(x, cache, rng=R(1))[0], first)
    with pytest.raises(ValueError, match="nothing to repeat"):
        layer.forward(x, train=True)


def test_draws_are_the_same_on_every_rung_and_dtype():
    masks = []
    for backend, dtype in (("reference", "float64"), ("numpy", "float32"), (block_rung, "float64")):
        layer = Dropout(0.5).build((3, 4, 2), dtype, backend)
        masks.append(layer.forward(np.ones((5, 3, 4, 2), dtype), train=True, rng=R(0))[0])
    assert all(np.array_equal(mask, masks[0]) for mask in masks)


@RUNGS
def test_running_statistics_move_only_when_a_cache_is_committed(backend):
    net, _, decoder = built(backend)
    before = net.running.copy()
    cache = net.make_cache(5)
    for _ in range(3):
        step(net, cache, images(5), R(0))
    assert np.array_equal(net.running, before)
    net.commit(cache)
    once = net.running.copy()
    assert not np.array_equal(once, before)
    decoder.commit(cache)    # a cache serves commit of everything inside it
    assert np.array_equal(net["encoder"].running, once[:8])
    assert not np.array_equal(decoder.running, once[8:])


def test_commit_needs_a_forward_in_training():
    net, _, _ = built()
    _, cache = net.forward(images(5))
    with pytest.raises(ValueError, match="train=True"):
        net.commit(cache)


def test_batch_norm_s_momentum_and_unbiased_variance_by_hand():
    layer = BatchNorm(1, momentum=0.1).build((1,), "float64", "numpy")
    _, cache = layer.forward(np.array([[1.0], [3.0]]), train=True)
    layer.commit(cache)
    assert layer.running_mean[0] == pytest.approx(0.1 * 2)
    assert layer.running_var[0] == pytest.approx(0.9 * 1 + 0.1 * 2)    # sum of squares 2 over m - 1 = 1
    with pytest.raises(ValueError, match="more than one value"):
        layer.forward(np.ones((1, 1)), train=True)
