"""Who is it? A classifier of people that pre-training never saw, on a few images of each, with and without it."""
from math import prod

import numpy as np

from ...layers import Flatten, Linear
from ...stack import Stack

PEOPLE = 16    # logits: as many people as can be told apart
FEW = 6    # images of a person to learn from


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
