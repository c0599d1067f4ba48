"""How the time of a training step grows with batch, channels, image size and threads: one picture, one JSON list.

    python -m benchmarks.scaling [--out docs/_static/scaling.svg]

The network is two convolutions and their transposes (3-c-2c, kernels 4, stride 2), c = 12, 32 x 32, batch 128 where
they are not varied; medians of steps with everything in them.
"""
import argparse
import json

import numpy as np

from nanoae import Stack
from nanoae.backend import set_threads
from nanoae.layers import Conv2d, ConvTranspose2d, ReLU, Sigmoid

from .layers import median_seconds
from .models import training_step

AXES = {"samples in a batch": (16, 32, 64, 128, 256, 512), "channels c": (3, 6, 12, 24, 48),
        "image height and width (pixels)": (16, 32, 64, 96), "threads": (1, 2, 4, 8)}


def seconds(n=128, c=12, size=32):
    layers = [Conv2d(3, c, 4, 2, 1), ReLU(), Conv2d(c, 2 * c, 4, 2, 1), ReLU(), ConvTranspose2d(2 * c, c, 4, 2, 1),
              ReLU(), ConvTranspose2d(c, 3, 4, 2, 1), Sigmoid()]
    net = Stack(layers).build((3, size, size), "float32", "numba", np.random.default_rng(0))
    return median_seconds(training_step(net, n)[0], budget=0.6)


def measured():
    """{axis: [(value, milliseconds)]}"""
    from numba import config
    most = config.NUMBA_NUM_THREADS
    found = {}
    for axis, values in AXES.items():
        found[axis] = []
        for value in values:
            if axis == "threads":
                if value > most:
                    continue
                set_threads(value)
            given = {"samples in a batch": {"n": value}, "channels c": {"c": value},
                     "image height and width (pixels)": {"size": value}, "threads": {}}[axis]
            found[axis].append((value, round(seconds(**given) * 1e3, 3)))
    set_threads(most)
    return found


def draw(path, found):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt
    figure, panels = plt.subplots(2, 2, figsize=(8, 5.6), layout="constrained")
    figure.suptitle("Time of a training step, 3-c-2c autoencoder, float32")
    power = {"samples in a batch": 1, "channels c": 2, "image height and width (pixels)": 2, "threads": -1}
    for axes, (axis, points) in zip(panels.flat, found.items(), strict=True):
        values, times = np.array(points, float).T
        axes.plot(values, times, color="#0072B2", marker="o", label="measured")
        axes.plot(values, times[-1] * (values / values[-1]) ** power[axis], color="0.5", linestyle=":",
                  label=f"as the work: to the power {power[axis]}")
        axes.set(xscale="log", yscale="log", xlabel=axis, ylabel="time (ms)", xticks=values)
        axes.set_xticks([], minor=True)
        axes.set_xticklabels([f"{value:g}" for value in values])
        axes.legend(fontsize=8)
    figure.savefig(path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--out", default="docs/_static/scaling.svg")
    options = arguments.parse_args()
    found = measured()
    draw(options.out, found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
