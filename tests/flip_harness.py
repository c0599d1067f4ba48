"""Flips one bit at a time in each file of a finished run, and uses the run: refused, the same, or other without a word?

    python -m tests.flip_harness --count 1000

A run is used as people use it: loaded, an image sent through its network, its summary read. The history is a log that
the checkpoint holds again; pictures are only looked at.
"""
import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

from nanoae.recipes import get_recipe
from nanoae.runs import load_run
from nanoae.sealed import read_json, read_tensors
from nanoae.training import RunError
from nanoae.training.checkpoint import read_checkpoint

READ_AGAIN = ("checkpoint.safetensors", "weights.safetensors", "config.json", "summary.json", "samples.safetensors")


def used(folder):
    """All that a run gives to whoever opens it: its summary, its configuration, its samples, its network's outputs."""
    run = load_run(folder)
    read_checkpoint(folder / "checkpoint.safetensors")
    samples, _ = read_tensors(folder / "samples.safetensors")
    outputs = run.reconstruct(samples["images"])
    return repr((read_json(folder / "summary.json"), run.config, run.history)).encode() + b"".join(
        array.tobytes() for array in (outputs, run.net.theta, *samples.values()))


def outcome(folder, name, right):
    """0 where the run is refused by an error that names the file, 1 where it is the same, 2 where it is another."""
    try:
        return 1 if used(folder) == right else 2
    except RunError as error:
        return 0 if name in str(error) else 2


def flip_all(run, folder, count, seed=0):
    """{file: (refused, same, other)} over `count` flips in each file that is read again."""
    copy, chance, found = Path(folder) / "flipped", random.Random(seed), {}
    shutil.copytree(run, copy)
    right = used(copy)
    for name in READ_AGAIN:
        content, counts = (copy / name).read_bytes(), [0, 0, 0]
        for _ in range(count):
            flipped = bytearray(content)
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            (copy / name).write_bytes(flipped)
            counts[outcome(copy, name, right)] += 1
        (copy / name).write_bytes(content)
        found[name] = tuple(counts)
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--count", type=int, default=1000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recipe = get_recipe("mnist-autoencoder")
        np.seterr(all="ignore")
        recipe.run(recipe.Settings(data="shapes", epochs=1, latent=3, backend="numpy", out=str(Path(folder) / "run")))
        found = flip_all(Path(folder) / "run", folder, chosen.count)
    for name, (refused, same, other) in found.items():
        print(f"{name:24} refused {refused}, same {same}, other {other}")
    return 1 if any(other for _, _, other in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
