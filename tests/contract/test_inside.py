"""Looking inside, allocating nothing, and errors that teach."""
import tracemalloc

import numpy as np
import pytest

from nanoae import Stack
from nanoae.layers import BatchNorm, Conv2d, Dropout, Flatten, Linear, ReLU, Sigmoid
from nanoae.losses import mse
from nanoae.optim import Adam
from nanoae.samples import Chosen
from tests.networks import SHAPE, built, images

from .shared import FAST, RUNGS, R


@RUNGS
def test_activations_by_name_and_what_fusion_did_not_keep(backend):
    net, _, _ = built(backend)
    plain, _, _ = built(backend, fuse=False)
    _, cache = net.forward(images(5))
    _, everything = plain.forward(images(5))
    seen = net.activations(cache)
    assert list(seen)[:4] == ["encoder.0.0", "encoder.0.1", "encoder.0.2", "encoder.0.3"]
    for name, values in plain.activations(everything).items():
        assert values.shape == (5, *dict(net.paths())[name].out_shape)
        if seen[name] is not None:
            assert np.allclose(seen[name], values, rtol=0, atol=1e-14)
    if backend != "reference":
        assert seen["encoder.1"] is None    # the convolution stored its result through the LeakyReLU


def test_macs_count_what_backward_does():
    net = Stack([Conv2d(2, 3, 3), ReLU(), Flatten(), Linear(18, 4)]).build((2, 5, 4), "float32", "numpy", R(0))
    conv, linear = 3 * 2 * 9 * (3 * 2), 18 * 4
    assert net.macs(1, need_dx=False, need_dw=False) == conv + linear
    assert net.macs(10) == 10 * 3 * (conv + linear)
    assert net.macs(1, need_dx=False) == 3 * (conv + linear) - conv
    assert net.macs(1, need_dx=False, need_dw=net[3]) == conv + linear + linear


def test_layers_and_stacks_print_themselves():
    net, _, _ = built()
    assert repr(net[0][0][0]) == "Conv2d(2, 4, 3, stride=2, padding=1, bias=False)"
    table = net.summary()
    assert "encoder.0.0" in table
    assert "4 x 4 x 6" in table
    assert f"{net.theta.size:,}" in table
    assert "(fused)" in table
    assert "(fused)" not in built(fuse=False)[0].summary()


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_a_training_loop_allocates_no_array_after_the_first_step(backend):
    peaks = []
    for n in (64, 512):
        net, _, _ = built(backend, "float32")
        cache, optimizer, x, rng = net.make_cache(n), Adam(net), images(n, "float32"), R(0)

        def evaluate(block=None, grad=True, net=net, cache=cache, x=x):
            net.forward(x, cache, train=True, need_y=False)
            value = net.loss(mse, x, cache)
            net.backward(None, cache, need_dx=False)
            return value

        for timed in (False, True, True):
            if timed:
                tracemalloc.start()
            net.draw(cache, n, rng)
            optimizer.step(evaluate)
            net.commit(cache)
            if timed:
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 8192, f"a step's peak grows with the batch: {peaks} bytes"


def test_a_shape_error_names_the_layer_what_came_and_what_was_expected():
    with pytest.raises(ValueError, match=r"encoder\.2 Linear\(4, 2\): takes 4 features .*put a Flatten") as error:
        Stack([Stack([Conv2d(1, 2, 3), ReLU(), Linear(4, 2)], name="encoder")]).build((1, 5, 5), rng=R(0))
    assert "(2, 3, 3) came" in str(error.value)
    with pytest.raises(ValueError, match=r"0 Conv2d.*floor\(\(size \+ before"):
        Stack([Conv2d(1, 2, 7)]).build((1, 5, 5), rng=R(0))
    net, encoder, _ = built()
    with pytest.raises(ValueError, match=r"x has shape \(5, 2, 8, 11\), expected \(n, 2, 8, 12\)"):
        net.forward(np.zeros((5, 2, 8, 11)))
    with pytest.raises(ValueError, match="uint8, expected floating point"):
        net.forward(np.zeros((5, *SHAPE), np.uint8))
    with pytest.raises(ValueError, match="n at least 1"):
        net.forward(np.zeros((0, *SHAPE)))
    y, cache = net.forward(images(5))
    with pytest.raises(ValueError, match=r"dy has shape \(4, 2, 8, 12\), expected \(5, 2, 8, 12\)"):
        net.backward(y[:4], cache)


def test_using_a_part_before_it_is_built_says_so():
    layer = Linear(3, 2)
    with pytest.raises(AttributeError, match="before it is built"):
        layer.W  # noqa: B018
    with pytest.raises(ValueError, match="call build"):
        layer.forward(np.zeros((1, 3)))
    with pytest.raises(AttributeError, match="no attribute 'weight'"):
        layer.weight  # noqa: B018


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Stack([]), "at least one layer"),
    (lambda: Stack([3]), "neither"),
    (lambda: Stack([ReLU()], name="0"), "a word"),
    (lambda: Stack([Stack([ReLU()], name="a"), Stack([ReLU()], name="a")]), "same name"),
    (lambda: Linear(3, 2).build((3,), dtype="int32", rng=R(0)), "float32 or float64"),
    (lambda: Linear(3, 2).build((3,), backend="numbaa", rng=R(0)), "did you mean 'numba'"),
    (lambda: Linear(3, 2).build((), rng=R(0)), "shape of one sample"),
    (lambda: Linear(3, 2, init="xavier"), "init 'xavier' is unknown"),
    (lambda: Linear(3, 0), "positive int"),
    (lambda: Conv2d(1, 2, (3, 3, 3)), "kernel_size is an int or a pair"),
    (lambda: Conv2d(1, 2, 3, padding=-1), "none negative"),
    (lambda: Conv2d(3, 2, 3, groups=2), "has to divide"),
    (lambda: Dropout(1.5), "p is a number at least 0 and at most 1"),
    (lambda: BatchNorm(0), "num_features is a positive int"),
    (lambda: Sigmoid().build((2,), backend="numpy").make_cache(0), "at least one sample"),
])
def test_wrong_arguments_say_what_is_allowed(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_arrays_of_a_cache_begin_at_a_cache_line():
    net, _, _ = built("numpy", "float32")
    y, cache = net.forward(images(5, "float32"), train=True, rng=np.random.default_rng(0))
    net.backward(np.ones_like(y), cache)
    arrays = [*(a for key, a in cache.buffers.items() if key[0] != "public"), *cache.gradients.values(),
              cache.ws()((3,), np.float32)]
    assert all(array.ctypes.data % 64 == 0 for array in arrays)
    assert sum(cache.nbytes.values()) == sum(a.nbytes for a in cache.buffers.values()) + sum(
        a.nbytes for a in cache.gradients.values()) + cache.scratch_memory.nbytes > 0


@FAST
def test_a_mini_batch_that_was_written_over_is_gathered_again(backend):
    net, _, _ = built(backend)
    chosen = Chosen(np.random.default_rng(0).integers(0, 256, (6, *SHAPE), np.uint8), np.array([5, 0, 2]), np.float64)
    cache = net.make_cache(3)
    first = net.forward(chosen, cache)[0].copy()
    net.forward(images(3), cache)
    assert np.array_equal(net.forward(chosen, cache)[0], first)


@FAST
def test_what_is_handed_on_inside_equals_what_goes_by_the_host(backend):
    _, encoder, decoder = built(backend)
    codes, up = encoder.forward(images(5), inside=True)
    y, down = decoder.forward(codes)
    expected = decoder.forward(encoder.forward(images(5))[0])[0]
    assert np.array_equal(y, expected)
    dy = decoder.backward(expected, down, inside=True)
    assert np.array_equal(encoder.backward(dy, up).copy(), encoder.backward(
        decoder.backward(expected, down).copy(), up))


def test_what_another_rung_or_dtype_holds_is_refused():
    _, encoder, decoder = built("numpy")
    codes, _ = encoder.forward(images(5), inside=True)
    for backend, dtype in (("numpy", "float32"), ("numba", "float64")):
        with pytest.raises(ValueError, match="x comes from a network of another rung or dtype"):
            built(backend, dtype)[2].forward(codes)
    assert decoder.forward(codes)[0].shape == (5, *SHAPE)
