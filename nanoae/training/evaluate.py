"""Testing: losses and reconstructions over whole sets, without training's noise."""
import numpy as np

from ..data.batches import scaled


def mean_loss(net, loss, batches, reduction="mean", rng=None):
    """The loss over all images of `batches` (a Batches), each weighing the same, without penalties; train=False. With a
    generator, what is sampled is drawn from it, once for each image."""
    cache = net.test_cache(batches.size)
    total = 0.0
    for x, target in batches.in_order():
        net.forward(x, cache, rng=rng, need_y=False)
        total += len(x) * net.loss(loss, target, cache, reduction, penalties=False)
    return float(total) / len(batches.images)


def mean_penalty(part, batches):
    """What a part's layers add to the loss (see KLPenalty), over all images of `batches`, each weighing the same."""
    cache = part.test_cache(batches.size)
    total = 0.0
    for x, _ in batches.in_order():
        part.forward(x, cache, need_y=False)
        total += len(x) * part.penalty(cache)
    return float(total) / len(batches.images)


def classes_of(net, batches):
    """(the class that the network gives each image (N,), its label (N,)), for batches whose targets are labels."""
    cache = net.test_cache(batches.size)
    given, labels = [], []
    for x, target in batches.in_order():
        given.append(np.argmax(net.forward(x, cache)[0], axis=1))
        labels.append(target)
    return np.concatenate(given), np.concatenate(labels)


def accuracy(net, batches):
    """The share of images whose class the network gives."""
    given, labels = classes_of(net, batches)
    return float(np.mean(given == labels))


def reconstructions(net, images):
    """The network's output for uint8 images (n, c, h, w), as floats (n, c, h, w)."""
    return net.forward(scaled(images, dtype=net.dtype))[0].copy() if len(images) else np.empty(images.shape, net.dtype)


def constant_output(net, batches):
    """Does the network give the first test images one and the same output?"""
    x, _ = next(batches.in_order())
    if x.shape[1:] != net.in_shape:    # it makes images of something else
        return False
    y, _ = net.forward(x, net.test_cache(batches.size))
    return len(x) > 1 and float(np.max(np.ptp(y, axis=0))) < 1e-6
