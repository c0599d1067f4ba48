"""Losses: a number and its gradient together.

    value, dy = mse(y, target)                               on public arrays
    value = net.loss(mse, target, cache)                     inside a network; then net.backward(None, cache)

    mse               (y - t)^2
    l1                |y - t|
    bce               -t log y - (1 - t) log(1 - y), y in [0, 1]; a logarithm is never below -100
    bce_with_logits   the same of sigmoid(y), exact for every y
    cross_entropy     log(sum over k of exp(y[k])) - y[label], y (n, k) logits, labels (n,);
                      or y (n, k, h, w), labels (n, h, w)

reduction: "mean" over all terms (cross_entropy has one a label), "sum" of them, or "sample", summed within a
sample and averaged over samples. Values are float64; dy has y's dtype. `mse.times(0.5)` is half of one: a loss again.
"""
from dataclasses import dataclass, replace
from math import isfinite, prod

import numpy as np

from .arrays import put
from .samples import Chosen, Inside

REDUCTIONS = ("mean", "sum", "sample")
INSTEAD = {    # what PyTorch's losses take and ours do not, and what to do
    "weight": "weigh dy by class before backward(dy, cache)",
    "pos_weight": "weigh dy by target before backward(dy, cache)",
    "ignore_index": "leave those samples out of the mini-batch, or set their rows of dy to 0",
    "label_smoothing": "Softmax() with mse takes targets of any probabilities",
    "beta": "l1 and mse are the two ends of it",
    "size_average": "reduction='mean' or 'sum'",
    "reduce": "reduction='mean' or 'sum'",
}


@dataclass(frozen=True)
class Loss:
    """A loss by its kernel's name; `labels` says that targets are class labels (n,) or (n, h, w), one term each."""

    kernel: str
    labels: bool = False
    weight: float = 1.0

    def times(self, weight):
        """This loss times a number, which may be below 0. Raises ValueError for one that is not finite."""
        if not isfinite(weight):
            raise ValueError(f"a loss is multiplied by a finite number; got {weight}")
        return replace(self, weight=self.weight * float(weight))

    def __call__(self, y, target, reduction="mean", **others):
        """(value, dy) for y (n, ...) and target like y, or labels. Raises ValueError where they do not fit, TypeError
        for an argument that only PyTorch's loss of this name has, with what to use instead."""
        from .kernels import numpy as kernels
        for name in others:
            raise TypeError(f"{self.kernel}(y, target, reduction) takes no {name}; "
                            + INSTEAD.get(name, "leave it out"))
        y = np.asarray(y)
        if y.ndim < 2 or len(y) == 0 or y.dtype.kind != "f":
            raise ValueError(f"{self.kernel}: y is floating point of shape (n, ...) with n at least 1; {y.dtype} "
                             f"{y.shape} came")
        target = self.check_target(target, y.shape)
        if self.kernel == "bce" and not (np.min(y) >= 0 and np.max(y) <= 1):
            raise ValueError("bce takes probabilities, and y leaves [0, 1]: use bce_with_logits, or a Sigmoid() before")
        y = np.ascontiguousarray(y)
        dy, value = np.empty_like(y), np.zeros(())
        scale = self.scale(reduction, y.shape)
        getattr(kernels, self.kernel)(y, target if self.labels else target.astype(y.dtype), len(y), scale, dy, value)
        return float(value), dy

    def take_in(self, part, target, cache):
        """The target in the rung's layout, or the labels, an Inside in the cache's memory. Raises ValueError where it
        does not fit the part's output."""
        if self.labels and isinstance(target, Inside):
            return target
        target = self.check_target(target, (cache.n, *part.out_shape))
        if not self.labels:
            return cache.take_in("target", part, target, part.out_shape)
        shape = part.out_shape[1:]
        stored = cache.buffer(("labels", part), (cache.capacity, *shape), np.int64)[:cache.n]
        put(stored, target)
        return cache.inside(stored, shape)

    def evaluate(self, part, y, target, cache, reduction, dy, value, store=None):
        """The same inside a network, in its rung's layout: fills dy, written through `store`, and the 0-d value."""
        scale = self.scale(reduction, (cache.n, *part.out_shape))
        getattr(cache.kernels, self.kernel)(y, target, cache.n, scale, out=dy, value=value, ws=cache.ws(), store=store)

    def check_target(self, target, shape):
        """The target as an array that fits outputs of `shape`, or ValueError."""
        target = target if isinstance(target, Chosen | Inside) else np.asarray(target)
        if not self.labels:
            if target.shape != shape or target.dtype.kind != "f":
                raise ValueError(f"{self.kernel}: target is {target.dtype} {target.shape}, expected floating point "
                                 f"{shape}, the shape of y")
            return target
        if len(shape) not in (2, 4):
            raise ValueError(f"{self.kernel}: y is logits (n, k) or (n, k, h, w); {shape} came")
        expected = shape[:1] + shape[2:]
        if target.shape != expected or target.dtype.kind not in "iu":
            raise ValueError(f"{self.kernel}: labels are integers of shape {expected}; {target.dtype} {target.shape} "
                             "came" + ("; probabilities of classes are not taken: Softmax() with mse learns them"
                                       if target.shape == shape else ""))
        if target.min() < 0 or target.max() >= shape[1]:
            raise ValueError(f"{self.kernel}: labels run from 0 to {shape[1] - 1}; {target.min()} to "
                             f"{target.max()} came")
        return target

    def scale(self, reduction, shape):
        """What the sum of all terms is multiplied by."""
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction is one of {', '.join(REDUCTIONS)}; got {reduction!r}"
                             + ("; a term's own value is one line of NumPy" if reduction == "none" else ""))
        terms = prod(shape) // (shape[1] if self.labels else 1)
        return self.weight * {"mean": 1 / terms, "sum": 1.0, "sample": 1 / shape[0]}[reduction]


mse = Loss("mse")
l1 = Loss("l1")
bce = Loss("bce")
bce_with_logits = Loss("bce_with_logits")
cross_entropy = Loss("cross_entropy", labels=True)
