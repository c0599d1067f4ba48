"""Testing: losses and reconstructions over whole sets, without training's noise."""
import numpy as np

from ..data.batches import scaled


def mean_loss(net, loss, batches):
    """The loss over all images of `batches` (a Batches), each weighing the same, without penalties; train=False."""
    cache = net.make_cache(batches.size)
    total = 0.0
    for x, target in batches.in_order():
        net.forward(x, cache, need_y=False)
        total += len(x) * (float(net.loss(loss, target, cache)) - float(net.penalty(cache)))
    return total / len(batches.images)


def reconstructions(net, images):
    """The network's output for uint8 images (n, c, h, w), as floats (n, c, h, w)."""
    return net.forward(scaled(images, dtype=net.dtype))[0].copy() if len(images) else np.empty(images.shape, net.dtype)
