"""Which training images are held out: folds, from scikit-learn's splitters.

    fold = Fold(2, 5, "shuffled", seed=0)          the third of five
    part = fold.of(data)                           a Dataset: its `train` lacks the fold, which is its `validation`
"""
from dataclasses import dataclass, replace

import numpy as np

HOW = ("shuffled", "sequential", "stratified")


@dataclass(frozen=True)
class Fold:
    """Fold `number` (from 0) of `count`.

    how: "shuffled", "sequential" (runs of neighbours), or "stratified" (shuffled, each class cut into equal shares).
    seed: of the shuffle; the folds of one seed never overlap.
    Raises ValueError where there cannot be so many.
    """

    number: int
    count: int
    how: str = "shuffled"
    seed: int = 0

    def __post_init__(self):
        if self.how not in HOW:
            raise ValueError(f"folds are {', '.join(HOW)}; got {self.how!r}")
        if self.count < 2 or not 0 <= self.number < self.count:
            raise ValueError(f"there are at least 2 folds, numbered from 0; got number {self.number} of {self.count}")

    def check(self, labels):
        """Raises ValueError where images with these labels cannot be cut so."""
        if self.count > len(labels):
            raise ValueError(f"{len(labels)} training images cannot be cut into {self.count} folds")
        if self.how == "stratified" and self.count > np.bincount(labels)[np.unique(labels)].min():
            raise ValueError(f"the smallest class has {np.bincount(labels)[np.unique(labels)].min()} training images: "
                             f"too few for {self.count} stratified folds")

    def indices(self, labels):
        """(those that are kept, those that are held out), in ascending order."""
        from sklearn.model_selection import KFold, StratifiedKFold
        self.check(labels)
        shuffle = {} if self.how == "sequential" else {"shuffle": True, "random_state": self.seed}
        splitter = (StratifiedKFold if self.how == "stratified" else KFold)(self.count, **shuffle)
        return list(splitter.split(np.zeros(len(labels)), labels))[self.number]

    def of(self, data):
        """The Dataset without the fold, which becomes its `validation`."""
        kept, held_out = self.indices(data.train_labels)
        return replace(data, train=data.train[kept], train_labels=data.train_labels[kept],
                       validation=data.train[held_out], validation_labels=data.train_labels[held_out])
