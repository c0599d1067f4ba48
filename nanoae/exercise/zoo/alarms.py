"""Correct layers of random sizes, in both precisions: `python -m nanoae.exercise.zoo.alarms 10000` alarms at none.

Half are the zoo's, every size that may change drawn anew, their inputs scaled by 0.03 to 3; half are the engine's own.
"""
import sys
from collections import Counter

import numpy as np

from ... import layers
from ...gradcheck import check
from ...gradcheck.diagnosis.draws import accepted, other_shapes, redrawn
from ...gradcheck.functions import function_of
from . import correct

IMAGES = {    # (constructor, from channels and a drawing function d(low, high))
    "Conv2d": lambda c, d: layers.Conv2d(c, d(1, 4), d(1, 3), stride=d(1, 3), padding=d(0, 1)),
    "ConvTranspose2d": lambda c, d: layers.ConvTranspose2d(c, d(1, 4), d(2, 4), stride=d(1, 2)),
    "MaxPool2d": lambda c, d: layers.MaxPool2d(d(1, 3)), "AvgPool2d": lambda c, d: layers.AvgPool2d(d(1, 3)),
    "Upsample": lambda c, d: layers.Upsample(d(1, 3)), "BatchNorm": lambda c, d: layers.BatchNorm(c),
    "GlobalAvgPool2d": lambda c, d: layers.GlobalAvgPool2d(), "PReLU": lambda c, d: layers.PReLU(),
}
ROWS = {"Linear": lambda c, d: layers.Linear(c, d(1, 6)), "Softmax": lambda c, d: layers.Softmax(),
        "Sigmoid": lambda c, d: layers.Sigmoid(), "Tanh": lambda c, d: layers.Tanh(),
        "LeakyReLU": lambda c, d: layers.LeakyReLU(0.2)}


def of_the_engine(kind, dtype, rng):
    """(layer, x): one of our own, in a random size."""
    def d(low, high):
        return int(rng.integers(low, high + 1))

    c, image = d(1, 5), kind in IMAGES
    shape = (c, d(4, 7), d(4, 7)) if image else (c,)
    layer = (IMAGES if image else ROWS)[kind](c, d).build(shape, backend="numpy", dtype=dtype, rng=rng)
    return layer, rng.standard_normal((d(1, 4), *shape))


class OfTheZoo:
    """A layer of the zoo in random sizes."""

    def __init__(self, layer):
        self.name = str(layer).removesuffix(": correct")
        self.forward, self.backward, self.inputs = layer.parts()
        self.function = function_of(self.forward, self.backward, self.inputs)
        self.arrays = {k: np.shape(v) for k, v in enumerate(self.function.inputs) if isinstance(v, np.ndarray)}
        self.together = [[(k, axis) for k, shape in changed.items() for axis, size in enumerate(shape)
                          if size != self.arrays[k][axis]] for changed in other_shapes(self.function, self.arrays)]
        self.together = [axes for axes in self.together if all(k < len(self.inputs) for k, _ in axes)]    # an object's
        # parameters have the sizes that it was built with

    def drawn(self, rng):
        """The inputs in sizes that forward and backward accept."""
        sizes = {k: list(shape) for k, shape in self.arrays.items()}
        labels = any(np.asarray(v).dtype.kind == "i" for v in self.function.inputs if isinstance(v, np.ndarray))
        for axes in self.together:
            least = max(self.arrays[k][axis] for k, axis in axes) if labels else 2    # labels name classes that exist
            size = int(rng.integers(least, least + 6))
            for k, axis in axes:
                sizes[k][axis] = size
        shapes = {k: tuple(shape) for k, shape in sizes.items()}
        if not accepted(self.function, shapes, self.arrays):
            shapes = self.arrays
        scale = 10 ** rng.uniform(-1.5, 0.5)
        inputs = [redrawn(v, shapes[k], rng) if k in shapes else v for k, v in enumerate(self.function.inputs)]
        return [v * scale if k in self.function.checked and np.any(v < 0) else v for k, v in enumerate(inputs)][
            :len(self.inputs)]

    def report(self, dtype, rng):
        inputs = self.drawn(rng)
        if isinstance(self.forward, type) or dtype == "float64":    # a class has its parameters in float64
            return check(self.forward, self.backward, *inputs, raise_error=False)

        def cast(values):
            return [v.astype(dtype) if getattr(v, "dtype", None) == np.float64 else v for v in values]

        backward = self.backward and (lambda dy, *rest: self.backward(dy, *cast(rest)))
        return check(lambda *values: self.forward(*cast(values)), backward, *inputs, raise_error=False)


def main(count, seed=0):
    rng = np.random.default_rng(seed)
    zoo = [OfTheZoo(layer) for layer in correct()]
    kinds = [*IMAGES, *ROWS]
    verdicts: Counter = Counter()
    for k in range(count):
        dtype = "float32" if rng.random() < 0.5 else "float64"
        if k % 2:
            layer, x = of_the_engine(kinds[k // 2 % len(kinds)], dtype, rng)
            report, name = check(layer, x, raise_error=False), repr(layer)
        else:
            one = zoo[k // 2 % len(zoo)]
            report, name = one.report(dtype, rng), one.name
        verdicts[report.verdict] += 1
        if not report.ok:
            print(f"{report.verdict}: {name} in {dtype}\n{report}", flush=True)
    print(f"{count} correct layers: {verdicts['right']} right, {verdicts['undecided']} undecided, "
          f"{verdicts['wrong']} alarms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
