"""One theta, one grad, views handed out once; building and cloning."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.layers import Linear
from nanoae.optim import Adam
from tests import block_rung
from tests.networks import SHAPE, autoencoder, built, images

from .shared import R, step


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
