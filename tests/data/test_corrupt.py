"""Inputs that differ from targets: corrupted ones, labels, other images; the same after a resume and in every test."""
import tracemalloc

import numpy as np
import pytest

from nanoae import Stack
from nanoae.data import Batches, Blackened, Noise
from nanoae.layers import Conv2d, ConvTranspose2d, Flatten, Linear, Sigmoid
from nanoae.losses import cross_entropy, mse
from nanoae.optim import Adam
from nanoae.training import Fit, Interrupted, KeptCodes, Seeds, mean_loss
from tests.kill_harness import tensors_equal

IMAGES = np.random.default_rng(0).integers(256, size=(30, 2, 5, 4)).astype(np.uint8)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_noise_has_its_size_and_stays_within_0_and_1():
    grey = np.full((400, 1, 10, 10), 128, np.uint8)
    x, target = next(Batches(grey, 400, np.float64, corrupt=Noise(0.1, rng())).in_order())
    assert np.std(x - np.asarray(target)) == pytest.approx(0.1, rel=0.02)
    assert np.mean(x) == pytest.approx(128 / 255, abs=1e-3)
    strong, _ = next(Batches(grey, 400, corrupt=Noise(3.0, rng())).in_order())
    assert strong.min() == 0
    assert strong.max() == 1
    none, target = next(Batches(IMAGES, 8, corrupt=Noise(0.0, rng())).in_order())
    assert np.array_equal(none, np.asarray(target))


def test_blackened_pixels_are_black_in_all_channels():
    white = np.full((500, 3, 6, 6), 255, np.uint8)
    x, target = next(Batches(white, 500, corrupt=Blackened(0.3, rng())).in_order())
    black = x == 0
    assert np.array_equal(black.all(axis=1), black.any(axis=1))
    assert np.mean(black) == pytest.approx(0.3, abs=0.01)
    assert np.asarray(target).min() == 1
    assert set(np.unique(x)) == {0, 1}


@pytest.mark.parametrize("corrupt", [Noise(0.2, rng()), Blackened(0.2, rng())])
def test_training_sees_new_corruption_and_tests_see_the_same(corrupt):
    batches = Batches(IMAGES, 30, corrupt=corrupt)

    def one(deal):
        return np.array(next(deal).x)

    tests = [one(batches.in_order()) for _ in range(2)]
    orders = [one(batches.shuffled(rng(3))) for _ in range(2)]
    assert np.array_equal(*tests)
    assert not np.array_equal(*orders)
    assert np.array_equal(tests[0], one(batches.in_order()))


def test_labels_and_other_images_are_targets():
    labels = np.arange(30) % 7
    for x, target in Batches(IMAGES, 8, targets=labels).shuffled(rng()):
        assert np.array_equal(target, labels[x.index])
    others = IMAGES[::-1].copy()
    for x, target in Batches(IMAGES, 8, targets=others, corrupt=Noise(0.1, rng())).in_order():
        assert x.shape == target.shape
    assert np.array_equal(np.asarray(target)[-1], others[-1] / np.float32(255))
    batch = next(Batches(IMAGES, 8, targets=labels).in_order())[2:5]
    assert len(batch) == 3
    assert batch.target.tolist() == [2, 3, 4]


@pytest.mark.parametrize(("given", "message"), [
    ({"targets": np.zeros(29, int)}, "30 images came, and targets of shape"),
    ({"targets": np.zeros(30)}, "labels, integers"), ({"targets": IMAGES.astype(float)}, "0 to 1")])
def test_targets_that_do_not_fit_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Batches(IMAGES, 8, **given)
    with pytest.raises(ValueError, match="share"):
        Blackened(1.5, rng())
    with pytest.raises(ValueError, match="std"):
        Noise(-1, rng())


def denoiser(backend="numpy", corrupt=Noise, labels=None, epochs=3, seed=0):
    seeds = Seeds(seed)
    layers = ([Flatten(), Linear(40, 7)] if labels is not None else
              [Conv2d(2, 3, 3, padding=1), ConvTranspose2d(3, 2, 3, padding=1), Sigmoid()])
    net = Stack(layers).build((2, 5, 4), "float32", backend, seeds.weights)
    batches = Batches(IMAGES, 8, targets=labels, corrupt=corrupt and corrupt(0.3, seeds.inputs))
    tests = Batches(IMAGES, 30, targets=labels, corrupt=corrupt and corrupt(0.3, Seeds(seed).inputs))
    return Fit(net, Adam(net, 0.01), mse if labels is None else cross_entropy, batches, tests, epochs, seeds)


@pytest.mark.parametrize("corrupt", [Noise, Blackened])
def test_a_denoiser_left_after_any_step_goes_on_to_the_same_bits(corrupt):
    whole = denoiser(corrupt=corrupt)
    whole.run()
    for leave in (1, 4, 6):
        first, saved = denoiser(corrupt=corrupt), {}

        def after_step(first=first, saved=saved, leave=leave):
            if first.position.step == leave:
                saved.update(tensors=first.tensors(), state=first.state())
                raise Interrupted

        with pytest.raises(Interrupted):
            first.run(after_step=after_step)
        again = denoiser(corrupt=corrupt)
        again.load(**saved)
        again.run()
        assert tensors_equal(again.tensors(), whole.tensors())
        assert again.history[-1]["test_loss"] == whole.history[-1]["test_loss"]


def test_the_target_of_a_denoiser_is_clean():
    """The loss is that of the network's output for spoilt images, against the images themselves."""
    fit = denoiser()
    x, target = next(fit.test_batches.in_order())
    y, _ = fit.net.forward(x)
    assert mean_loss(fit.net, mse, fit.test_batches) == pytest.approx(np.mean((y - IMAGES / 255) ** 2), rel=1e-6)
    assert not np.allclose(x, np.asarray(target))


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_a_classifier_learns_its_labels(backend):
    fit = denoiser(backend, None, labels=np.arange(30) % 7, epochs=80)
    fit.run()
    y, _ = fit.net.forward(IMAGES / np.float32(255))
    assert np.mean(np.argmax(y, axis=1) == np.arange(30) % 7) > 0.9


def test_corrupted_mini_batches_allocate_no_images_after_the_first():
    large = np.zeros((64, 1, 128, 128), np.uint8)
    for kind in (Noise, Blackened):
        batches = Batches(large, 16, corrupt=kind(0.3, rng()))
        for _ in batches.shuffled(rng()):
            pass
        tracemalloc.start()
        for _ in batches.shuffled(rng()):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 16 * 128 * 128, kind    # a byte a pixel of a mini-batch


def test_kept_codes_need_images_as_they_are():
    net = Stack([Stack([Flatten(), Linear(40, 4)], name="encoder"), Stack([Linear(4, 40)], name="decoder")])
    net.build((2, 5, 4), backend="numpy", rng=rng())
    kept = KeptCodes(net, IMAGES, 8)
    x = next(Batches(IMAGES, 8, corrupt=Noise(0.1, rng())).in_order()).x
    with pytest.raises(ValueError, match="kept for images as they are"):
        kept.start(net["decoder"], x, None)
