"""A frozen part: each image goes through it once, as tests see it, and nothing in it ever moves."""
import numpy as np
import pytest

from nanoae import Stack
from nanoae.data import Batches
from nanoae.layers import BatchNorm, Conv2d, Dropout, Flatten, Linear, ReLU
from nanoae.losses import cross_entropy
from nanoae.optim import Adam
from nanoae.training import Fit, KeptCodes, Seeds, accuracy, train
from tests.optim.test_nam import counting

RNG = np.random.default_rng(5)
IMAGES = RNG.integers(0, 256, (20, 1, 6, 6), np.uint8)
LABELS = RNG.integers(0, 3, 20)


def network(backend):
    net = Stack([Conv2d(1, 2, 3, stride=2, padding=1), BatchNorm(2), ReLU(), Flatten(), Dropout(0.5), Linear(18, 4),
                 ReLU(), Linear(4, 3)]).build((1, 6, 6), "float64", backend, np.random.default_rng(0))
    net.running[...] = np.random.default_rng(1).random(net.running.size) + 0.5
    return net


def trained(backend, frozen=6):
    net = network(backend)
    before = net.theta.copy(), net.running.copy()
    batches = Batches(IMAGES, 8, np.float64, targets=LABELS)
    fit = Fit(net, Adam(net[frozen:], 0.05), cross_entropy, batches, batches, 4, Seeds(0),
              kept=KeptCodes(net, IMAGES, 8, frozen=frozen))
    losses = [epoch.train_loss for epoch in train(fit)]
    return net, before, losses


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_nothing_frozen_moves_and_the_head_learns(backend):
    net, (theta, running), losses = trained(backend)
    assert np.array_equal(net[:6].theta, theta[net[:6].slice])
    assert np.array_equal(net.running, running)
    assert not np.array_equal(net[6:].theta, theta[net[6:].slice])
    assert losses[-1] < losses[0]


def test_the_head_is_trained_as_if_it_stood_alone_on_the_codes_of_tests():
    net, _, _ = trained("numpy")
    alone = network("numpy")
    codes = alone[:6].forward(IMAGES / 255)[0].copy()    # train=False: no dropout, running statistics
    head = alone[6:].clone().build((4,), "float64", "numpy")
    optimizer, order = Adam(head, 0.05), Seeds(0).batches
    cache = head.make_cache(8)
    for _ in range(4):
        permutation = order.permutation(20)
        for start in range(0, 20, 8):
            chosen = permutation[start:start + 8]

            class Evaluate:
                def __call__(self, block=None, grad=True, chosen=chosen):
                    head.forward(codes[chosen], cache, train=True)
                    value = head.loss(cross_entropy, LABELS[chosen], cache)
                    head.backward(None, cache, need_dx=False)
                    return value

            optimizer.step(Evaluate())
    assert np.allclose(head.theta, net[6:].theta, rtol=1e-10)


def test_each_image_goes_through_the_frozen_part_once():
    kernels = counting()
    net = network(kernels)
    batches = Batches(IMAGES, 8, np.float64, targets=LABELS)
    fit = Fit(net, Adam(net[6:], 0.05), cross_entropy, batches, batches, 5, Seeds(0),
              kept=KeptCodes(net, IMAGES, 8, frozen=6))
    for _ in train(fit):
        pass
    assert kernels.counts["conv2d_forward"] == 3    # mini-batches of 20 images, in five epochs
    assert kernels.counts["conv2d_weight_grad"] == 0
    assert kernels.counts["conv2d_input_grad"] == 0


def test_accuracy_counts_what_the_network_gives():
    net = network("numpy")
    logits = net.forward(IMAGES / 255)[0]
    expected = np.mean(np.argmax(logits, axis=1) == LABELS)
    assert accuracy(net, Batches(IMAGES, 7, np.float64, targets=LABELS)) == pytest.approx(expected)
