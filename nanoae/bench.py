"""How fast is this machine: a training step of two models on each fast rung, in a minute.

The full comparison, with PyTorch and the machine's own limits, is `benchmarks/` in the repository.
"""
import statistics
import time

import numpy as np

from .losses import mse
from .models import conv_autoencoder, frame_autoencoder
from .optim import Adam
from .samples import Chosen
from .training.evaluation import Evaluation

MODELS = {"mnist-autoencoder": (lambda: conv_autoencoder(48), (1, 28, 28), 128),
          "frames 64 x 64": (frame_autoencoder, (3, 64, 64), 64)}
RUNGS = ("numba", "numpy")


def step_of(network, shape, n, backend):
    """(a function that takes one training step: forward, loss, backward, Adam, batch taken from uint8; its cache)"""
    rng = np.random.default_rng(0)
    net = network().build(shape, "float32", backend, rng)
    x = Chosen(rng.integers(0, 256, (n, *shape), np.uint8), rng.permutation(n), net.dtype)
    cache, optimizer = net.make_cache(n), Adam(net)
    net.draw(cache, n, rng)
    evaluate = Evaluation(net, mse, cache)
    evaluate.begin(x)
    return lambda: optimizer.step(evaluate), cache


def measure(budget=2.0, rounds=5, note=lambda text: None):
    """Rows of model, samples, rung, median ms a step, images a second, times the NumPy rung's speed, and the memory of
    the cache in MB (10^6 bytes).

    budget: seconds for each rung of each model; the rungs are served in turn, `rounds` times. note(text) is told what
    is under way.
    """
    rows = []
    for name, (network, shape, n) in MODELS.items():
        made = {rung: step_of(network, shape, n, rung) for rung in RUNGS}
        steps = {rung: step for rung, (step, _) in made.items()}
        times: dict = {rung: [] for rung in RUNGS}
        note(f"{name}: compiling")
        for step in steps.values():
            step()
        for k in range(rounds):
            note(f"{name}: round {k + 1} of {rounds}")
            for rung, step in steps.items():
                step()
                until = time.perf_counter() + budget / rounds
                while not times[rung] or time.perf_counter() < until:
                    began = time.perf_counter()
                    step()
                    times[rung].append(time.perf_counter() - began)
        medians = {rung: statistics.median(values) for rung, values in times.items()}
        rows += [{"model": name, "samples": n, "rung": rung, "ms": round(1e3 * seconds, 3),
                  "images_per_second": round(n / seconds), "times_numpy": round(medians["numpy"] / seconds, 2),
                  "cache_mb": round(sum(made[rung][1].nbytes.values()) / 1e6, 1)}
                 for rung, seconds in medians.items()]
    return rows


def report(console, rows):
    """Prints the rows as a table."""
    from rich.table import Table
    table = Table(title="a training step, float32: medians")
    for heading in ("model", "batch", "rung", "ms a step", "images a second", "times NumPy's speed",
                    "cache, MB"):
        table.add_column(heading, justify="left" if heading in ("model", "rung") else "right")
    for row in rows:
        table.add_row(row["model"], str(row["samples"]), row["rung"], f"{row['ms']:.2f}",
                      f"{row['images_per_second']:,}", f"{row['times_numpy']:.2f}", f"{row['cache_mb']:.1f}")
    console.print(table)
