"""Folds: every image is held out once, the same for the same seed; too many are refused."""
import numpy as np
import pytest

from nanoae.data.dataset import Dataset
from nanoae.data.folds import HOW, Fold

LABELS = np.repeat(np.arange(4, dtype=np.uint8), [5, 6, 7, 12])
IMAGES = np.arange(30, dtype=np.uint8).reshape(30, 1, 1, 1)
DATA = Dataset("x", "embedded", IMAGES, LABELS, IMAGES[:2], LABELS[:2], "")


@pytest.mark.parametrize("how", HOW)
def test_every_image_is_held_out_once(how):
    parts = [Fold(k, 5, how, seed=3).of(DATA) for k in range(5)]
    held_out = np.concatenate([part.validation.ravel() for part in parts])
    assert sorted(held_out) == list(range(30))
    for part in parts:
        assert sorted([*part.train.ravel(), *part.validation.ravel()]) == list(range(30))
        assert np.array_equal(LABELS[part.train.ravel()], part.train_labels)
        assert np.array_equal(LABELS[part.validation.ravel()], part.validation_labels)
        assert part.test is DATA.test
    again = Fold(2, 5, how, seed=3).of(DATA)
    assert np.array_equal(again.validation, parts[2].validation)
    other = Fold(2, 5, how, seed=4).of(DATA)
    assert np.array_equal(other.validation, parts[2].validation) == (how == "sequential")


def test_what_the_kinds_promise():
    assert list(Fold(1, 5, "sequential").of(DATA).validation.ravel()) == [6, 7, 8, 9, 10, 11]
    for k in range(5):
        counts = np.bincount(Fold(k, 5, "stratified").of(DATA).validation_labels, minlength=4)
        assert np.all(np.abs(counts - np.array([1, 1.2, 1.4, 2.4])) < 1)


@pytest.mark.parametrize(("fold", "message"), [
    ((0, 31), "30 training images cannot be cut into 31 folds"),
    ((0, 6, "stratified"), "the smallest class has 5 training images: too few for 6"),
])
def test_too_many_folds(fold, message):
    with pytest.raises(ValueError, match=message):
        Fold(*fold).of(DATA)


@pytest.mark.parametrize(("fold", "message"), [
    ((0, 1), "at least 2 folds"), ((5, 5), "number 5 of 5"), ((-1, 5), "number -1 of 5"),
    ((0, 5, "random"), "folds are shuffled, sequential, stratified"),
])
def test_folds_that_cannot_be(fold, message):
    with pytest.raises(ValueError, match=message):
        Fold(*fold)
