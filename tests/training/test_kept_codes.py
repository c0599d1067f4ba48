"""Kept codes: no kernel of the encoder in the decoder's phase, the same weights, and forgotten when they are old."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.data import Batches
from nanoae.layers import (
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    L1Penalty,
    Linear,
    ReLU,
    Sigmoid,
    SmoothStep,
)
from nanoae.losses import mse
from nanoae.optim import NAM, SGD, Adam, Lookahead, Phase, make_optimizer
from nanoae.parameters import Vector, moved
from nanoae.training import Evaluation, Fit, KeptCodes, Seeds, train
from tests.optim.test_nam import counting


def network(backend):
    encoder = Stack([Conv2d(1, 2, 3, stride=2, padding=1), ReLU(), L1Penalty(1e-3)], name="encoder")
    decoder = Stack([ConvTranspose2d(2, 1, 4, stride=2, padding=1), Sigmoid()], name="decoder")
    return Stack([encoder, decoder]).build((1, 6, 6), "float64", backend, np.random.default_rng(0))


def trained(backend, keep, every=None, iterations=1, epochs=3):
    """The network after some epochs of 3 mini-batches, on 20 images; the kernels' counts after each step."""
    net = network(backend)
    images = np.random.default_rng(1).integers(0, 256, (20, 1, 6, 6), np.uint8)
    batches = Batches(images, 8, np.float64)
    optimizer = NAM(net, [Phase(Adam(net["decoder"], 0.01), iterations), Adam(net["encoder"], 0.01)], every=every)
    kept = KeptCodes(net, images, 8, across_epochs=every is not None) if keep else None
    counts = []

    def after_step():
        counts.append(dict(getattr(net.kernels, "counts", {})))
        getattr(net.kernels, "counts", {}).clear()

    losses = [epoch.train_loss for epoch in train(
        Fit(net, optimizer, mse, batches, batches, epochs, Seeds(0), kept=kept), after_step)]
    return net, counts, losses


@pytest.mark.parametrize(("every", "iterations"), [((6, 3), 1), (None, 4)])
def test_kept_codes_give_the_same_weights(every, iterations):
    plain, _, _ = trained("numpy", False, every, iterations)
    kept, _, _ = trained("numpy", True, every, iterations)
    assert np.max(np.abs(plain.theta - kept.theta)) < 1e-12    # whose batch an image is encoded in changes the last bit
    assert np.array_equal(*(trained("numba", keep, every, iterations)[0].theta for keep in (False, True)))


def test_each_image_is_encoded_once_in_a_decoder_s_phase_of_several_epochs():
    _, counts, _ = trained(counting(), True, every=(6, 3))
    decoder, encoder = counts[:6], counts[6:]
    assert decoder[0]["conv2d_forward"] == 3    # three mini-batches of the encoder, once; the rest is the decoder's
    for step in decoder[1:]:
        assert step.get("conv2d_forward", 0) == 0
        assert step["conv2d_input_grad"] == 1
        assert "relu_forward" not in step
    for step in decoder:
        assert step["conv2d_weight_grad"] == 1
        assert "l1_penalty_input_grad" not in step
    for step in encoder:
        assert step["conv2d_weight_grad"] == 1
        assert step["l1_penalty_input_grad"] == 1


def test_a_mini_batch_is_encoded_once_for_all_iterations_on_it():
    _, counts, _ = trained(counting(), True, iterations=4)
    # a step: one encoding for four iterations of the decoder, one forward in the encoder's turn
    assert [step["relu_forward"] for step in counts] == [2] * len(counts)
    assert [step["conv2d_weight_grad"] for step in counts] == [5] * len(counts)
    _, counts, _ = trained(counting(), False, iterations=4)
    assert [step["relu_forward"] for step in counts] == [5] * len(counts)


def test_old_codes_are_forgotten():
    net = network("numpy")
    images = np.random.default_rng(1).integers(0, 256, (20, 1, 6, 6), np.uint8)
    kept = KeptCodes(net, images, 8)
    x, _ = next(Batches(images, 8, np.float64).in_order())
    first = np.array(kept.of(x))
    assert np.array_equal(first, net["encoder"].forward(x)[0])
    assert np.array_equal(kept.of(x), first)
    net["encoder"].theta += 0.1
    moved(net["encoder"])
    assert np.array_equal(kept.of(x), net["encoder"].forward(x)[0])
    assert not np.array_equal(kept.of(x), first)


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw", "rmsprop", "adadelta", "lookahead", "fista", "nam", "anamo"])
@pytest.mark.parametrize("whole", [False, True])
def test_every_optimizer_tells_what_it_moved(name, whole):
    """Lookahead moves weights that it did not evaluate, a slice of theta belongs to no part."""
    net = network("numpy")
    images = np.random.default_rng(1).integers(0, 256, (8, 1, 6, 6), np.uint8)
    kept, (x, _) = KeptCodes(net, images, 8), next(Batches(images, 8, np.float64).in_order())
    before = np.array(kept.of(x))
    part = net if whole or name in ("nam", "anamo") else net["encoder"]
    optimizer, evaluate = make_optimizer(name, part), Evaluation(net, mse, net.make_cache(8), kept=kept)
    for _ in range(5):    # Lookahead synchronises
        evaluate.begin(x)
        optimizer.step(evaluate)
    after = np.array(kept.of(x))
    assert np.array_equal(after, net["encoder"].forward(x)[0])
    assert not np.array_equal(before, after)


def codes_of(net):
    """(KeptCodes, a mini-batch, do they give what the encoder says now?)"""
    images = np.random.default_rng(1).integers(0, 256, (8, 1, 6, 6), np.uint8)
    kept, (x, _) = KeptCodes(net, images, 8), next(Batches(images, 8, np.float64).in_order())
    return kept, x, lambda: np.array_equal(np.array(kept.of(x)), net["encoder"].forward(x)[0])


def test_lookahead_s_own_move_outdates_codes():
    """It moves weights after the inner method's last evaluation."""
    net = network("numpy")
    optimizer = Lookahead(Adam(net), k=1)
    _, _, hold = codes_of(net)
    net.theta += 0.1
    moved(net)
    assert hold()
    optimizer.synchronise()
    assert hold()


def test_a_checkpoint_that_is_loaded_outdates_codes():
    net = network("numpy")
    kept, _, hold = codes_of(net)
    batches = Batches(kept.images, 8, np.float64)
    fit = Fit(net, Adam(net["decoder"]), mse, batches, batches, 1, Seeds(0), kept=kept)
    saved = fit.tensors(), fit.state()
    net.theta += 0.1
    moved(net)
    assert hold()
    fit.load(*saved)
    assert hold()


def test_a_step_on_a_slice_of_the_encoder_outdates_its_codes():
    net = network("numpy")
    images = np.random.default_rng(1).integers(0, 256, (8, 1, 6, 6), np.uint8)
    kept, (x, _) = KeptCodes(net, images, 8), next(Batches(images, 8, np.float64).in_order())
    kept.of(x)
    evaluate = Evaluation(net, mse, net.make_cache(8), kept=kept)
    evaluate.begin(x)
    SGD(Vector(net.theta[:5], net.grad[:5]), 0.1).step(evaluate)
    assert np.array_equal(kept.of(x), net["encoder"].forward(x)[0])


def test_codes_are_old_when_a_width_has_changed():
    encoder = Stack([Flatten(), Linear(36, 4), SmoothStep(4.0)], name="encoder")
    net = Stack([encoder, Stack([Linear(4, 36)], name="decoder")]).build((1, 6, 6), "float64", "numpy",
                                                                        np.random.default_rng(0))
    images = np.random.default_rng(1).integers(0, 256, (8, 1, 6, 6), np.uint8)
    kept, (x, _) = KeptCodes(net, images, 8), next(Batches(images, 8, np.float64).in_order())
    before = np.array(kept.of(x))
    net["encoder"][2].eps[...] = 0.25
    moved(net["encoder"])
    after = np.array(kept.of(x))
    assert not np.array_equal(before, after)
    assert np.array_equal(after, net["encoder"].forward(x)[0])


def test_pieces_of_a_mini_batch_are_encoded_once_each():
    net = network(counting())
    images = np.random.default_rng(1).integers(0, 256, (8, 1, 6, 6), np.uint8)
    kept = KeptCodes(net, images, 8, across_epochs=False)
    x, _ = next(Batches(images, 8, np.float64).in_order())
    pieces = [x[:4], x[4:]]
    for _ in range(3):
        for piece in pieces:
            kept.of(piece)
    assert net.kernels.counts["relu_forward"] == 2


@pytest.mark.parametrize("layer", [Dropout(0.5), BatchNorm(4)])
def test_an_encoder_without_one_code_for_an_image_is_refused(layer):
    encoder = Stack([Flatten(), Linear(36, 4), layer.clone()], name="encoder")
    net = Stack([encoder, Stack([Linear(4, 36)], name="decoder")]).build((1, 6, 6), rng=np.random.default_rng(0),
                                                                        backend="numpy")
    with pytest.raises(ValueError, match="each image has one code"):
        KeptCodes(net, np.zeros((4, 1, 6, 6), np.uint8), 2)
