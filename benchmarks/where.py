"""Where the time of a training step goes: by kernel, by calls from Python, by parallel regions, and the loop around it.

    python -m benchmarks.where [--models AB] [--json]

An evaluation is forward, loss and backward. Each of its kernels is timed by itself, then all of them as one program,
and as a walk through the layers that calls them from Python one by one. A region is one parallel loop: its cost is that
of an empty one, whose threads are awake, and asleep. The loop is `nanoae.training.train` with its tests left out.
"""
import argparse
import json
import time
from collections import defaultdict

import numpy as np
from numba import njit, prange

from nanoae.data.batches import Batches
from nanoae.losses import mse
from nanoae.optim import Adam
from nanoae.samples import Chosen
from nanoae.training.evaluation import Evaluation
from nanoae.training.fit import Fit
from nanoae.training.loop import train
from nanoae.training.seeds import Seeds

from .layers import median_seconds
from .models import SHAPES, network

REPEATS = 40


@njit(parallel=True)
def empty(out):
    for thread in prange(out.size):
        out[thread] = thread


def region(rest=0.0):
    """Median seconds of an empty parallel region, after so many seconds in which nothing ran."""
    from numba import get_num_threads
    out, times = np.zeros(get_num_threads()), []
    for _ in range(200):
        time.sleep(rest) if rest else empty(out)
        began = time.perf_counter()
        empty(out)
        times.append(time.perf_counter() - began)
    return float(np.median(times))


def evaluation_of(letter):
    """(net, Evaluation, its mini-batch) of a model."""
    n, *shape = SHAPES[letter]
    net = network(letter).build(tuple(shape), "float32", "numba", np.random.default_rng(0))
    images = np.random.default_rng(1).integers(0, 256, (2 * n, *shape), np.uint8)
    evaluate = Evaluation(net, mse, net.make_cache(n))
    evaluate.begin(Chosen(images, np.arange(n), net.dtype))
    return net, evaluate, images


def measure(letter):
    """What is printed, as a dictionary; seconds."""
    from nanoae.kernels.numba.program import Program
    net, evaluate, _ = evaluation_of(letter)
    for _ in range(10):
        evaluate()
    program = evaluate.cache.tapes.standing.program
    kernels: dict = defaultdict(lambda: [0, 0.0])
    for call in program.calls:
        kernels[call[0].__name__][0] += 1
        kernels[call[0].__name__][1] += median_seconds(Program([call]).replay, 0.03)
    replayed = median_seconds(evaluate, 0.5)
    evaluate.cache.tapes.capture = None
    walked = median_seconds(evaluate, 0.5)
    return {"model": letter, "kernels": dict(kernels), "calls": len(program.calls), "replayed": replayed,
            "walked": walked, "update": median_seconds(Adam(net).update, 0.1)}


def loop_around(letter, steps=150):
    """(seconds of a bare step, of a step inside the training loop), medians; both evaluate, update and commit."""
    net, _, images = evaluation_of(letter)
    optimizer = Adam(net)

    class Timed(Fit):
        """Its steps are timed from within: what is left of an epoch is the loop's."""

        inside = 0.0

        def step(self, batch):
            began = time.perf_counter()
            loss = super().step(batch)
            self.inside += time.perf_counter() - began
            return loss

    n = SHAPES[letter][0]
    batches = Batches(np.concatenate([images] * (steps // 2 + 1))[:n * steps], n)
    fit = Timed(net, optimizer, mse, batches, batches, 3, Seeds(0))
    outside = []
    began = time.perf_counter()
    for _ in train(fit):
        took = time.perf_counter() - began
        outside.append(((took - fit.inside) / steps, fit.inside / steps))
        fit.inside, began = 0.0, time.perf_counter()
    around, inside = min(outside)
    return inside, around


def printed(found):
    total = sum(seconds for _, seconds in found["kernels"].values())
    lines = [f"{found['model']}: {found['calls']} kernels, {total * 1e3:.3f} ms one by one; as one program "
             f"{found['replayed'] * 1e3:.3f} ms, walked from Python {found['walked'] * 1e3:.3f} ms; Adam "
             f"{found['update'] * 1e3:.3f} ms"]
    for name, (calls, seconds) in sorted(found["kernels"].items(), key=lambda item: -item[1][1]):
        lines.append(f"    {name:20} {calls:3} calls {seconds * 1e3:9.3f} ms {seconds / total:5.0%}")
    return "\n".join(lines)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--models", default="AB")
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    if not set(options.models) <= set("ABCDF"):
        arguments.error("--models takes letters of A, B, C, D, F")
    rows = [measure(letter) for letter in options.models]
    awake, asleep = region(), region(rest=0.002)
    inside, around = loop_around("B")
    if options.json:
        print(json.dumps({"models": rows, "region_awake": awake, "region_asleep": asleep, "step_of_B": inside,
                          "loop_around_it": around}))
        return
    print("\n".join(map(printed, rows)))
    print(f"an empty parallel region: {awake * 1e6:.1f} us where its threads are awake, {asleep * 1e6:.1f} us where "
          f"they slept\nthe training loop adds {around * 1e6:.0f} us to a step of B, {around / inside:.1%} of it")


if __name__ == "__main__":
    main()
