"""A run's directory: config.json, history.jsonl, checkpoint.safetensors, summary.json and pictures.

Files other than the history are written beside their place and renamed, so that what is there is always whole.
"""
import json
import os
from pathlib import Path

import numpy as np


class RunError(Exception):
    """A run cannot use its directory; the text says which and what to do."""


class RunDirectory:
    """Makes a directory for one run of `recipe`: `out`, or the next free runs/RECIPE-N. Refuses one that is in use."""

    def __init__(self, recipe, out=None):
        self.path = next_free(recipe) if out is None else claim(Path(out))

    def write_json(self, name, content):
        text = json.dumps(content, indent=2, default=plain) + "\n"
        self.replace(name, text.encode())

    def record(self, line):
        """Appends one line to history.jsonl."""
        with open(self.path / "history.jsonl", "a") as history:
            history.write(json.dumps(line, default=plain) + "\n")

    def checkpoint(self, net, optimizer, progress):
        """Weights by name, running statistics and the optimizer's state, with `progress` (epoch, steps) beside them."""
        from safetensors.numpy import save
        state = optimizer.state()
        tensors = {**net.named(), **net.named("running")}
        tensors |= {f"optimizer.{name}": value for name, value in state.items() if np.ndim(value)}
        counters = {name: value for name, value in state.items() if not np.ndim(value)}
        metadata = {"format": "nanoae 1", "counters": json.dumps(counters), "progress": json.dumps(progress)}
        tensors = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
        self.replace("checkpoint.safetensors", save(tensors, metadata))

    def replace(self, name, content):
        """Writes a file whole: beside its place, flushed to disk, then renamed."""
        part = self.path / (name + ".part")
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self.path / name)


def next_free(recipe):
    """runs/RECIPE-N with the smallest N above all there are."""
    root = Path("runs")
    try:
        root.mkdir(exist_ok=True)
        suffixes = [path.name.removeprefix(f"{recipe}-") for path in root.glob(f"{recipe}-*")]
        number = max((int(suffix) for suffix in suffixes if suffix.isdigit()), default=0) + 1
        while True:
            try:
                (root / f"{recipe}-{number}").mkdir()
                return root / f"{recipe}-{number}"
            except FileExistsError:    # another run was quicker
                number += 1
    except OSError as error:
        raise RunError(f"cannot make a run directory under {root.resolve()}: {error.strerror}; name one with --out") \
            from None


def claim(path):
    """The directory of this path, made; raises RunError where it holds something already or cannot be made."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise RunError(f"{path} is in use already, and nothing is overwritten: choose another --out")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot make {path}: {error.strerror}") from None
    return path


def plain(value):
    """NumPy's numbers as Python's, for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
