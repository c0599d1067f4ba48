"""Who is it? A classifier of people that pre-training never saw, on a few images of each, with and without it."""
from math import prod

import numpy as np

from ...data import Batches
from ...layers import Flatten, Linear
from ...losses import cross_entropy
from ...optim import Adam
from ...stack import Stack
from ...training import Fit, Seeds, accuracy

PEOPLE = 16    # logits: as many people as can be told apart
FEW = 6    # images of a person to learn from
SIZE = 12    # of a mini-batch


def classifier(encoder, shape):
    """An unbuilt Stack of an unbuilt encoder and a Linear on its codes, which have this shape."""
    return Stack([encoder, Flatten(), Linear(prod(shape), PEOPLE)])


def unseen(data):
    """((images, labels) to learn from, (images, labels) to test on) of the people held out, FEW of each to learn from.
    Raises ValueError for more than PEOPLE of them."""
    images = np.concatenate([data.validation, data.test])
    people, labels = np.unique(np.concatenate([data.validation_labels, data.test_labels]), return_inverse=True)
    if len(people) > PEOPLE:
        raise ValueError(f"{len(people)} people are held out; {PEOPLE} can be told apart")
    order = np.random.default_rng(0).permutation(len(images))
    first = np.concatenate([order[labels[order] == person][:FEW] for person in range(len(people))])
    rest = np.setdiff1d(order, first)
    return (images[first], labels[first]), (images[rest], labels[rest])


def who_is_it(s, stack, data, test_size):
    """The training of an unbuilt classifier, encoder and all."""
    seeds = Seeds(s.seed)
    (images, labels), (rest, of_rest) = unseen(data)
    net = stack.build(data.shape, s.dtype, s.backend, seeds.weights)
    tests = Batches(rest, test_size, s.dtype, targets=of_rest)
    return Fit(net, Adam(net, s.lr), cross_entropy, Batches(images, SIZE, s.dtype, targets=labels), tests, s.who_epochs,
               seeds, measure=lambda net: {"test_accuracy": accuracy(net, tests)})
