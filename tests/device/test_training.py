"""Trainings whose memory is a device's: the NumPy rung's weights, no look from the host in a step, graphs as walked."""
import gc

import numpy as np
import pytest

from nanoae import Stack, arrays
from nanoae.data import Batches
from nanoae.data.corrupt import Blackened
from nanoae.layers import (
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    KLPenalty,
    L1Penalty,
    Linear,
    ReLU,
    Reshape,
    Sampling,
    Sigmoid,
)
from nanoae.losses import cross_entropy, mse
from nanoae.models import dcgan
from nanoae.optim import FISTA, NAM, Adam, CodePenalty, Phase, make_optimizer
from nanoae.recipes.fashion_gan.game import Game
from nanoae.training import Fit, KeptCodes, NonFiniteLoss, Seeds
from tests.kill_harness import tensors_equal
from tests.networks import SHAPE, autoencoder
from tests.training.leaving import assert_goes_on

from . import rung as device
from .arrays import ndarray
from .reads import READS

RNG = np.random.default_rng(3)
IMAGES = RNG.integers(0, 256, (18, *SHAPE), np.uint8)
LABELS = RNG.integers(0, 3, 18)
PIXELS = int(np.prod(SHAPE))


def built(net, backend):
    return net.build(SHAPE, "float64", backend, np.random.default_rng(0))


def whole(backend, optimizer=Adam, net=None, epochs=2, **given):
    """An autoencoder of every layer, mini-batches of 8, 8 and 2."""
    net, batches = built(net or autoencoder(), backend), Batches(IMAGES, 8, np.float64)
    return Fit(net, optimizer(net), mse, batches, batches, epochs, Seeds(0), **given)


def pieces_of_blocks(backend):
    """Mini-batches of 40 and 10: a block of 32 samples and a piece of one, and a piece alone."""
    fit = whole(backend)
    fit.batches = fit.test_batches = Batches(np.random.default_rng(5).integers(0, 256, (50, *SHAPE), np.uint8), 40,
                                             np.float64)
    return fit


def corrupted(backend):
    fit = whole(backend)
    fit.batches = Batches(IMAGES, 8, np.float64, corrupt=Blackened(0.3, np.random.default_rng(7)))
    return fit


def variational(backend):
    layers = Flatten(), Linear(PIXELS, 6), KLPenalty(), Sampling(), Linear(3, PIXELS), Sigmoid(), Reshape(SHAPE)
    return whole(backend, net=Stack([*layers]))


def halves():
    encoder = Stack([Conv2d(2, 3, 3, stride=2, padding=1), ReLU(), Flatten(), Linear(72, 5), L1Penalty(1e-3)],
                    name="encoder")
    return Stack([encoder, Stack([Linear(5, PIXELS), Sigmoid(), Reshape(SHAPE)], name="decoder")])


def alternating(backend, across_epochs=False, keep=True):
    def nam(net):
        return NAM(net, [Phase(Adam(net["decoder"], 0.01), 3), Adam(net["encoder"], 0.01)],
                   every=3 if across_epochs else None)

    fit = whole(backend, nam, halves())
    fit.kept = KeptCodes(fit.net, IMAGES, 8, across_epochs) if keep else None
    return fit


def proximal(backend):
    """Line searches read the loss: that is theirs to do."""
    def anamo(net):
        return NAM(net, [FISTA(net["encoder"], 0.1, CodePenalty(net["encoder"], 1e-4, most=3), backtracking=True),
                         FISTA(net["decoder"], 0.1, adaptive_restart=True, power=2)])

    return whole(backend, anamo, halves(), epochs=1)


def classifying(backend, frozen=5):
    layers = Conv2d(2, 2, 3, stride=2), BatchNorm(2), ReLU(), Flatten(), Dropout(0.5), Linear(30, 3)
    net = built(Stack([*layers]), backend)
    batches = Batches(IMAGES, 8, np.float64, targets=LABELS)
    return Fit(net, Adam(net[frozen:], 0.05), cross_entropy, batches, batches, 2, Seeds(0),
               kept=KeptCodes(net, IMAGES, 8, frozen=frozen))


def game(backend):
    images = RNG.integers(0, 256, (10, 1, 28, 28), np.uint8)
    images[...] = np.random.default_rng(4).integers(0, 256, images.shape)
    net = dcgan(1, (2, 1, 2)).build((1, 1, 1), "float64", backend, np.random.default_rng(0))
    batches = Batches(images, 4, np.float64)
    return Game(net, Adam(net["generator"]), mse, batches, batches, 1, Seeds(0), test=None,
                rival=Adam(net["discriminator"]))


FITS = {"adam": whole, "batches of 40 and 10": pieces_of_blocks,
        "lookahead": lambda backend: whole(backend, lambda net: make_optimizer("lookahead", net)),
        "corrupted": corrupted, "variational": variational, "alternating": alternating,
        "codes across epochs": lambda backend: alternating(backend, True),
        "codes not kept": lambda backend: alternating(backend, keep=False),
        "a frozen part": classifying, "two players": game}
READING = {"proximal": proximal}
every_fit = pytest.mark.parametrize("make", [*FITS.values(), *READING.values()], ids=[*FITS, *READING])


@every_fit
def test_a_training_is_the_numpy_rung_s(make):
    results = []
    for backend in ("numpy", device):
        fit = make(backend)
        fit.run()
        results.append((fit.tensors(), [line["train_loss"] for line in fit.history]))
    (right, losses), (ours, own_losses) = results
    assert np.allclose(own_losses, losses, rtol=1e-12)
    for name, tensor in right.items():
        largest = np.max(np.abs(tensor), initial=1)
        assert np.max(np.abs(ours[name] - tensor.astype(float)), initial=0) <= 1e-11 * largest, name


@pytest.mark.parametrize("make", FITS.values(), ids=FITS)
def test_no_step_reads_from_the_device(make):
    fit, seen = make(device), []

    def after_step():
        seen.append(dict(READS))
        READS.clear()

    READS.clear()
    fit.run(after_step=after_step)
    first_of_epochs = len(fit.batches)
    reads = [found for k, found in enumerate(seen) if k % first_of_epochs]    # between two epochs there are tests
    assert len(reads) >= 2
    assert not any(reads), reads


@every_fit
def test_what_is_captured_equals_what_is_walked(make, monkeypatch):
    captured = make(device)
    captured.run()
    monkeypatch.delattr(device, "capture")
    walked = make(device)
    walked.run()
    assert tensors_equal(captured.tensors(), walked.tensors())
    assert captured.history[-1]["gradient_norms"] == walked.history[-1]["gradient_norms"]


@pytest.mark.parametrize("make", [whole, classifying, game])
def test_a_training_that_is_left_goes_on_to_the_same_bits(make):
    for leave in (1, 2):
        assert_goes_on(lambda: make(device), leave)


def test_images_are_uploaded_once_and_their_copy_dies_with_them():
    images = IMAGES.copy()
    fit = whole(device)
    fit.batches = fit.test_batches = Batches(images, 8, np.float64)
    uploads = []
    put = arrays.put
    arrays.put = lambda view, values: (uploads.append(np.shape(values)), put(view, values))[1]
    try:
        fit.run()
    finally:
        arrays.put = put
    assert uploads.count(images.shape) == 1
    key = id(images)
    assert arrays.UPLOADED[key].shape == images.shape
    del fit, images
    gc.collect()    # caches and tapes hold each other
    assert key not in arrays.UPLOADED


def spoilt(**given):
    """Its third mini-batch's loss is nan."""
    fit = whole(device, **given)
    step, taken = fit.step, []

    def spoiling(batch):
        taken.append(batch)
        if len(taken) == 2:
            fit.net["encoder"][-1].b[...] = np.nan
        return step(batch)

    fit.step = spoiling
    return fit


def test_a_loss_that_is_no_number_is_named_when_it_is_read():
    with pytest.raises(NonFiniteLoss, match=r"nan at epoch 1, step 2 .*reads_every_step=True tells the layer"):
        spoilt().run()
    with pytest.raises(NonFiniteLoss, match=r"at epoch 1, step 2 .*: the first output that is not .* that of encoder"):
        spoilt(reads_every_step=True).run()


def test_what_people_are_given_is_numpy():
    net, x = built(autoencoder(), device), RNG.random((5, *SHAPE))
    y, cache = net.forward(x, train=True, rng=np.random.default_rng(0))
    dx = net.backward(y, cache)
    for given in (y, dx, net.output(cache), *filter(lambda a: a is not None, net.activations(cache).values())):
        assert isinstance(given, np.ndarray)
    assert isinstance(net.theta, ndarray)


def test_an_array_of_the_host_is_refused_where_the_device_s_belongs():
    net = built(autoencoder(), device)
    with pytest.raises(TypeError, match="a NumPy array came where the kernel wants device memory"):
        net.kernels.adam(net.theta, np.zeros(net.theta.size), net.theta, net.theta, 1, 0.1, 0.9, 0.99, 1e-8, 0, False)
    with pytest.raises(TypeError, match="Implicit conversion"):
        np.asarray(net.theta)
    with pytest.raises(ValueError, match="non-scalar"):
        net.theta[...] = np.zeros(net.theta.size)


def test_a_full_device_says_what_had_no_room(monkeypatch):
    net = built(autoencoder(), device)

    def full(*arguments, **given):
        raise MemoryError

    monkeypatch.setattr(device.xp, "zeros", full)
    with pytest.raises(MemoryError, match=r"no room for \d+ bytes more, .* in a cache for 8 samples: a smaller"):
        net.make_cache(8)
