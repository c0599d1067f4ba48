"""Each convolution and Linear of models A to D by itself: forward, input gradient, weight gradient, against the peak.

    python -m benchmarks.layers [--models ABCD] [--json] [--picture FILE.svg]

Printed are GF/s, a multiply-add being two and taps in the padding counted, and the share of the measured peak. The
picture is a roofline: speed against multiply-adds per byte of activations and weights that a pass has to touch.
"""
import argparse
import json
import statistics
import time

import numpy as np

from .machine import limits, printed
from .models import SHAPES, network

PASSES = ("forward", "input grad", "weight grad")


def median_seconds(call, budget=0.15):
    """Median time of a call, over as many as fit in the budget of seconds."""
    call()
    began = time.perf_counter()
    call()
    repeats = min(200, max(5, int(budget / max(time.perf_counter() - began, 1e-6))))
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def rows_of(letter, peak):
    """A row for each pass of each layer that multiplies: layer, pass, GF/s, share of the peak, intensity."""
    n, *shape = SHAPES[letter]
    net = network(letter).build(tuple(shape), "float32", "numba", np.random.default_rng(0))
    cache = net.make_cache(n)
    net.forward(np.random.default_rng(1).random((n, *shape), dtype=np.float32), cache, train=True)
    rows = []
    for path, leaf in net.paths():
        if not leaf.multiply_adds():
            continue
        c = cache[leaf]
        c.x = c.x if c.x is not None else cache.enter(("x", net), np.zeros((n, *shape)), net.in_shape)
        c.y, c.dy = c.keep("own y", leaf.out_shape), c.keep("own dy", leaf.out_shape)
        c.dx, c.store_y, c.store_dx = c.keep("own dx", leaf.in_shape), None, None
        c.dy[...] = 0.5
        bytes_touched = 4 * (n * (np.prod(leaf.in_shape) + np.prod(leaf.out_shape)) + leaf.W.size)
        for name, call in zip(PASSES, (leaf.compute, leaf.input_grad, leaf.weight_grad), strict=True):
            seconds = median_seconds(lambda call=call, c=c: call(c))
            flops = 2 * n * leaf.multiply_adds()
            rows.append({"model": letter, "layer": f"{path} {leaf!r}", "pass": name,
                         "gflops": round(flops / seconds / 1e9, 1),
                         "share_of_peak": round(flops / seconds / 1e9 / peak, 3),
                         "flops_per_byte": round(flops / bytes_touched, 1), "ms": round(seconds * 1e3, 3)})
    return rows


def draw(path, rows, found):
    """The roofline: what memory and arithmetic allow, and where each pass stands."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt
    figure, axes = plt.subplots(figsize=(7.5, 4.6), layout="constrained")
    x = np.geomspace(0.5, 1000, 200)
    axes.plot(x, np.minimum(found["peak_gflops"], x * found["copy_gbs_memory"]), color="0.3",
              label=f"limit: {found['peak_gflops']} GF/s, {found['copy_gbs_memory']} GB/s copied in memory")
    axes.plot(x, np.minimum(found["peak_gflops"], x * found["copy_gbs_l2"]), color="0.6", linestyle="--",
              label=f"the same from the caches, {found['copy_gbs_l2']} GB/s")
    for name, colour, marker in zip(PASSES, ("#0072B2", "#E69F00", "#009E73"), "os^", strict=True):
        own = [row for row in rows if row["pass"] == name]
        axes.scatter([row["flops_per_byte"] for row in own], [row["gflops"] for row in own], color=colour,
                     marker=marker, s=26, label=name)
    axes.set(xscale="log", yscale="log", ylim=(2, 1.6 * found["peak_gflops"]), title="Roofline of our layers, float32",
             xlabel="floating-point operations per byte touched", ylabel="speed (GF/s)")
    axes.legend(fontsize=8, loc="lower right")
    figure.savefig(path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--models", default="ABCD")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--picture")
    options = arguments.parse_args()
    if not set(options.models) <= set("ABCDF"):
        arguments.error("--models takes letters of A, B, C, D, F")
    found = limits()
    rows = [row for letter in options.models for row in rows_of(letter, found["peak_gflops"])]
    if options.picture:
        draw(options.picture, rows, found)
    if options.json:
        print(json.dumps(rows))
        return
    print(printed(found))
    for row in rows:
        print(f"{row['model']} {row['layer'][:58]:58} {row['pass']:11} {row['ms']:8.3f} ms {row['gflops']:7.1f} GF/s "
              f"{row['share_of_peak']:5.0%} of the peak")


if __name__ == "__main__":
    main()
