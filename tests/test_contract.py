"""A test for each sentence of the contract between networks, layers, caches and loops."""
import tracemalloc
from types import ModuleType

import numpy as np
import pytest

from nanoae import Stack
from nanoae.gradcheck import check_direction
from nanoae.kernels import OPERATIONS
from nanoae.kernels import numpy as plain
from nanoae.layers import BatchNorm, Conv2d, Dropout, Flatten, Linear, ReLU, Sigmoid
from nanoae.losses import cross_entropy, mse
from nanoae.optim import Adam
from tests import block_rung
from tests.networks import SHAPE, autoencoder, built, images

R = np.random.default_rng
RUNGS = pytest.mark.parametrize("backend", ["reference", "numpy", "numba", block_rung], ids=str)
FAST = pytest.mark.parametrize("backend", ["numpy", "numba", block_rung], ids=str)


def step(net, cache, x, rng=None):
    """One evaluation in training: (loss, gradient)."""
    net.forward(x, cache, train=True, rng=rng, need_y=False)
    value = net.loss(mse, x, cache)
    net.backward(None, cache, need_dx=False)
    return value, net.grad.copy()


# -- one vector

def test_theta_and_grad_are_one_vector_each_and_layers_hold_views_of_them():
    net, encoder, decoder = built()
    for name, view in {**net.named(), **net.named("grad")}.items():
        assert np.shares_memory(view, net.theta) or np.shares_memory(view, net.grad), name
    assert np.shares_memory(encoder.theta, net.theta)
    assert np.shares_memory(decoder.grad, net.grad)
    assert net.theta.size == sum(view.size for view in net.named().values())
    assert np.array_equal(np.concatenate([encoder.theta, decoder.theta]), net.theta)
    assert np.array_equal(net.theta[decoder.slice], decoder.theta)


def test_views_are_never_rebound():
    net, _, _ = built()
    before = {id(view) for leaf in net.leaves for name in leaf.parameters for view in (getattr(leaf, name),)}
    cache = net.make_cache(5)
    optimizer = Adam(net)
    for _ in range(3):
        optimizer.step(lambda block=None: step(net, cache, images(5), R(0))[0])
        net.commit(cache)
    assert before == {id(view) for leaf in net.leaves for name in leaf.parameters for view in (getattr(leaf, name),)}


def test_setting_a_layer_s_weights_sets_theta():
    net, encoder, _ = built()
    encoder[-1].W[...] = 7
    assert np.count_nonzero(net.theta == 7) == 360


def test_running_statistics_lie_beside_theta():
    net, _, _ = built()
    assert set(net.named("running")) == {"encoder.0.1.running_mean", "encoder.0.1.running_var",
                                         "decoder.4.running_mean", "decoder.4.running_var"}
    assert all(np.shares_memory(view, net.running) for view in net.named("running").values())
    assert not np.shares_memory(net.running, net.theta)


def test_named_gives_people_names():
    net, _, _ = built()
    assert list(net.named())[:3] == ["encoder.0.0.W", "encoder.0.1.W", "encoder.0.1.b"]
    assert net.named()["decoder.0.W"].shape == (36, 10)
    with pytest.raises(ValueError, match="'theta', 'grad' or 'running'"):
        net.named("weights")


# -- building and cloning

def test_a_built_layer_belongs_to_its_network_for_life():
    net, encoder, _ = built()
    for again in (net, encoder, Stack([encoder]), Stack([encoder[-1]])):
        with pytest.raises(ValueError, match="built already"):
            again.build(SHAPE, rng=R(0))


def test_a_layer_twice_in_one_network_is_an_error():
    layer = Linear(3, 3)
    with pytest.raises(ValueError, match="stands in this network 2 times"):
        Stack([layer, layer]).build((3,), rng=R(0))


def test_a_clone_keeps_weights_and_statistics_and_shares_no_memory():
    net, _, _ = built()
    cache = net.make_cache(5)
    step(net, cache, images(5), R(0))
    net.commit(cache)
    twin = net.clone().clone().build(SHAPE, "float64", "numpy")    # nothing to draw: no generator needed
    assert np.array_equal(twin.theta, net.theta)
    assert np.array_equal(twin.running, net.running)
    assert not np.shares_memory(twin.theta, net.theta)
    assert np.array_equal(twin.forward(images(5))[0], net.forward(images(5))[0])


def test_a_new_head_on_clones_draws_only_the_head():
    net, encoder, _ = built()
    head = Linear(10, 3)
    new = Stack([encoder.clone(), head]).build(SHAPE, "float64", "numpy", R(9))
    assert np.array_equal(new["encoder"].theta, encoder.theta)
    assert np.array_equal(head.theta, Linear(10, 3).build((10,), "float64", "numpy", R(9)).theta)


def test_initial_weights_need_a_generator_and_are_the_same_on_every_rung_and_dtype():
    with pytest.raises(ValueError, match="pass build"):
        autoencoder().build(SHAPE, backend="numpy")
    wide = built("numpy", "float64")[0].theta
    for backend in ("reference", "numba", block_rung):
        assert np.array_equal(built(backend, "float32")[0].theta, wide.astype(np.float32))


# -- forward and its cache

@RUNGS
def test_rungs_agree_fused_or_not_at_any_batch_size(backend):
    for n in (2, 4, 5):
        right, _, _ = built("reference")
        y, cache = right.forward(images(n), train=True, rng=R(2))
        expected = (y.copy(), right.backward(y - images(n), cache).copy(), right.grad.copy())
        for fuse in (True, False):
            net, _, _ = built(backend, fuse=fuse)
            y, cache = net.forward(images(n), train=True, rng=R(2))
            results = y.copy(), net.backward(y - images(n), cache), net.grad
            for result, wanted in zip(results, expected, strict=True):
                assert np.max(np.abs(result - wanted)) < 1e-12 * np.max(np.abs(wanted))


@FAST
def test_whole_network_gradient_in_theta_and_x(backend):
    net, _, _ = built(backend)
    cache = net.make_cache(5)
    net.draw(cache, 5, R(3))

    def forward(x, theta):
        net.theta[...] = theta
        return net.forward(x, cache, train=True)[0].copy()

    def backward(dy, x, theta):
        forward(x, theta)
        return net.backward(dy, cache).copy(), net.grad.copy()

    check_direction(forward, backward, images(5), net.theta.copy(), directions=5)


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


# -- backward does what is asked and nothing else

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
    full = net.grad.copy()
    for part in (encoder, decoder, encoder[0], encoder[-1], decoder[3]):
        net.grad[...] = 7
        assert net.backward(y, cache, need_dx=False, need_dw=part) is None
        assert np.array_equal(part.grad, full[part.slice])
        assert np.count_nonzero(net.grad != 7) == part.grad.size
    net.grad[...] = 7
    codes_grad = decoder.backward(y, cache, need_dw=False)
    assert codes_grad.shape == (5, 10)
    assert (net.grad == 7).all()
    encoder.backward(codes_grad.copy(), cache, need_dx=False)
    assert np.allclose(encoder.grad, full[encoder.slice], rtol=0, atol=1e-15)


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
    assert not [name for name in calls if "weight_grad" in name or "bias_grad" in name]
    calls.clear()
    net.backward(y, cache, need_dx=False)
    assert calls.count("conv2d_input_grad") == 2    # not the first layer's


def counted(calls):
    """The NumPy rung, writing down the name of every kernel that is called."""
    kernels = ModuleType("counted")
    kernels.xp, kernels.FUSES = plain.xp, plain.FUSES

    def wrapped(name):
        def call(*args, **kwargs):
            calls.append(name)
            return getattr(plain, name)(*args, **kwargs)
        return call

    for name in OPERATIONS:
        setattr(kernels, name, wrapped(name) if name != "storage" else plain.storage)
    return kernels


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


# -- loss inside

@RUNGS
def test_loss_inside_equals_the_public_one(backend):
    net, _, decoder = built(backend)
    x = images(5)
    for reduction in ("mean", "sum", "sample"):
        y, cache = net.forward(x)
        value, dy = mse(y, x, reduction=reduction)
        net.backward(dy, cache)
        grad = net.grad.copy()
        assert net.loss(mse, x, cache, reduction=reduction) == pytest.approx(value, rel=1e-13)
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
    assert net.loss(cross_entropy, labels, cache) == pytest.approx(value, rel=1e-13)
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


# -- randomness

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


def test_draws_are_the_same_on_every_rung_and_dtype():
    masks = []
    for backend, dtype in (("reference", "float64"), ("numpy", "float32"), (block_rung, "float64")):
        layer = Dropout(0.5).build((3, 4, 2), dtype, backend)
        masks.append(layer.forward(np.ones((5, 3, 4, 2), dtype), train=True, rng=R(0))[0])
    assert all(np.array_equal(mask, masks[0]) for mask in masks)


# -- batch norm

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


# -- looking inside

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


# -- memory

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


# -- errors teach

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
    (lambda: Dropout(1.5), "from 0 to 1"),
    (lambda: Sigmoid().build((2,), backend="numpy").make_cache(0), "at least one sample"),
])
def test_wrong_arguments_say_what_is_allowed(make, message):
    with pytest.raises(ValueError, match=message):
        make()
