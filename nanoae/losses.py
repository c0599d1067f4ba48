"""Losses: a number and its gradient together.

    value, dy = mse(y, target)                               on public arrays
    value = net.loss(mse, target, cache)                     inside a network; then net.backward(None, cache)

    mse               (y - t)^2
    l1                |y - t|
    bce               -t log y - (1 - t) log(1 - y), y in [0, 1]; a logarithm is never below -100
    bce_with_logits   the same of sigmoid(y), exact for every y
    cross_entropy     log(sum over k of exp(y[k])) - y[label], y (n, k) logits, labels (n,)

reduction: "mean" over all terms (cross_entropy has one term a sample), "sum" of them, or "sample", summed within a
sample and averaged over samples. Values are float64; dy has y's dtype.
"""
from dataclasses import dataclass
from math import prod

import numpy as np

from .samples import Chosen

REDUCTIONS = ("mean", "sum", "sample")


@dataclass(frozen=True)
class Loss:
    """A loss by its kernel's name; `labels` says that targets are class labels (n,), one term a sample."""

    kernel: str
    labels: bool = False

    def __call__(self, y, target, reduction="mean"):
        """(value, dy) for y (n, ...) and target like y, or labels (n,). Raises ValueError where they do not fit."""
        from .kernels import numpy as kernels
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

    def entered(self, part, target, cache):
        """The target in the rung's layout, or the labels, in the cache's memory. Raises ValueError where it does not
        fit the part's output."""
        target = self.check_target(target, (cache.n, *part.out_shape))
        if not self.labels:
            return cache.enter(("target", part), target, part.out_shape)
        inside = cache.buffer(("labels", part), (cache.capacity,), np.int64)[:cache.n]
        inside[...] = target
        return inside

    def evaluate(self, part, y, target, cache, reduction, dy, value, store=None):
        """The same inside a network, in its rung's layout: fills dy, written through `store`, and the 0-d value."""
        scale = self.scale(reduction, (cache.n, *part.out_shape))
        getattr(part.kernels, self.kernel)(y, target, cache.n, scale, out=dy, value=value, ws=cache.ws, store=store)

    def check_target(self, target, shape):
        """The target as an array that fits outputs of `shape`, or ValueError."""
        target = target if isinstance(target, Chosen) else np.asarray(target)
        if not self.labels:
            if target.shape != shape or target.dtype.kind != "f":
                raise ValueError(f"{self.kernel}: target is {target.dtype} {target.shape}, expected floating point "
                                 f"{shape}, the shape of y")
            return target
        if len(shape) != 2:
            raise ValueError(f"{self.kernel}: y is logits (n, k); {shape} came")
        if target.shape != shape[:1] or target.dtype.kind not in "iu":
            raise ValueError(f"{self.kernel}: labels are integers of shape ({shape[0]},); {target.dtype} "
                             f"{target.shape} came")
        if target.min() < 0 or target.max() >= shape[1]:
            raise ValueError(f"{self.kernel}: labels run from 0 to {shape[1] - 1}; {target.min()} to "
                             f"{target.max()} came")
        return target

    def scale(self, reduction, shape):
        """What the sum of all terms is multiplied by."""
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction is one of {', '.join(REDUCTIONS)}; got {reduction!r}")
        terms = shape[0] if self.labels else prod(shape)
        return {"mean": 1 / terms, "sum": 1.0, "sample": 1 / shape[0]}[reduction]


mse = Loss("mse")
l1 = Loss("l1")
bce = Loss("bce")
bce_with_logits = Loss("bce_with_logits")
cross_entropy = Loss("cross_entropy", labels=True)
