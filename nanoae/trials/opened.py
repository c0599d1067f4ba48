"""A run opened from its directory: what figures and pictures are made from, and what people use it for.

    run = Run(path, recipe)
    run.of("nam")                 its cells of that method, as far as they have begun
    cell.history, cell.net        lines of history.jsonl; the trained network, with the weights that were tested
"""
import json
from functools import cached_property
from pathlib import Path

import numpy as np

from ..data.batches import scaled
from ..say import say
from ..sealed import RunError, read_json, read_tensors
from ..training.checkpoint import NAME as CHECKPOINT
from ..training.checkpoint import load_weights, read_checkpoint
from .own_files import changed, relocated


def folder_of(path, name):
    """Where a cell of the run at `path` lies: in RUN/cells/NAME, or in RUN itself where it is the only one."""
    return Path(path) / "cells" / name if name else Path(path)


class OpenedCell:
    """A cell in its directory: settings, method, labels, history, summary (None before its end) and network."""

    def __init__(self, path, recipe, backend="numpy"):
        self.path, self.recipe, self.backend = Path(path), recipe, backend
        self.config = found_again(read_config(self.path), self.path)
        self.settings = recipe.settings_of(self.config)
        self.method, self.labels = self.config.get("method", ""), self.config.get("labels", {})
        self.summary = read_json(self.path / "summary.json")

    @classmethod
    def of_run(cls, path, name, recipe):
        """The cell of this name in the run at `path`."""
        return cls(folder_of(path, name), recipe)

    @cached_property
    def history(self):
        """A dictionary an epoch."""
        file = self.path / "history.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        try:
            return [json.loads(line) for line in lines]
        except ValueError:    # the last line of a killed run may be torn
            return [json.loads(line) for line in lines[:-1]]

    @cached_property
    def net(self):
        """The network with the weights that its optimizer wants tested. Raises RunError before the first epoch."""
        shape = tuple(self.config["shape"])
        net = self.recipe.network(self.settings, self.method, shape).build(
            self.recipe.takes(self.settings, self.method, shape), self.settings.dtype, self.backend,
            np.random.default_rng(0))
        self.epoch = load_weights(self.path, net)
        return net

    def kept(self, name):
        """An array that the training keeps beside its weights (see `Saved.arrays`), as its last checkpoint has it."""
        return read_checkpoint(self.path / CHECKPOINT)[0][name]

    def load(self):
        """Reads the network now, and says now what is wrong with it."""
        return self.net

    @property
    def shape(self):
        """(c, h, w) of an image it takes."""
        return self.net.in_shape

    def part(self, name):
        """The network's part of this name. Raises RunError where it has none."""
        try:
            return self.net[name]
        except KeyError:
            raise RunError(f"{self.path}: the network of {self.recipe.name} has no part named {name}") from None

    def encode(self, images):
        """Codes (n, ...) of images uint8 or float in [0, 1], (n, c, h, w)."""
        return through(self.part("encoder"), scaled(images, dtype=self.net.dtype))

    def decode(self, codes):
        """Images (n, c, h, w) in [0, 1] of codes (n, ...)."""
        return through(self.part("decoder"), np.asarray(codes, self.net.dtype))

    def reconstruct(self, images):
        """Images (n, c, h, w) in [0, 1] after encoding and decoding."""
        self.part("decoder")    # a classifier reconstructs nothing
        return self.outputs(scaled(images, dtype=self.net.dtype))

    def outputs(self, x):
        """The network's output for floats x (n, c, h, w), whatever it gives."""
        return through(self.net, np.asarray(x, self.net.dtype))


class Run:
    """A run's directory, finished or not: its settings, its cells as far as they have begun, and its sample images."""

    def __init__(self, path, recipe, backend="numpy"):
        self.path, self.recipe = Path(path), recipe
        self.config = read_config(self.path)
        self.settings = recipe.settings_of(self.config)
        for file in changed(self.config):
            say(f"nanoae: {file} has changed since {self.path} was trained with it")
        planned = [(folder_of(self.path, cell.name), cell.recipe) for cell in recipe.cells(self.settings)]
        self.cells = [OpenedCell(folder, recipe, backend) for folder, recipe in planned
                      if (folder / "config.json").is_file()]

    @property
    def title(self):
        """What its pictures are headed with."""
        return f"{self.recipe.short} on {self.config['data_name']}"

    @property
    def credit(self):
        """The line that goes with pictures of its data."""
        return self.config["credit"]

    @cached_property
    def samples(self):
        """{'images': uint8 (n, c, h, w), 'labels': (n,)}: a few test images, which lie in the run's directory."""
        return read_tensors(self.path / "samples.safetensors")[0]

    @cached_property
    def data(self):
        """The Dataset itself, read or made again."""
        return self.recipe.data(self.settings)

    @cached_property
    def trained(self):
        """{method: its first cell}, of methods that have finished an epoch, the proposed method last."""
        return {method: self.of(method)[0] for method in self.recipe.titles if self.of(method)}

    def of(self, method):
        """The cells of a method that have finished an epoch."""
        return [cell for cell in self.cells if cell.method == method and cell.history]

    def finished(self, method):
        """The cells of a method that came to their end: what figures are taken over."""
        return [cell for cell in self.of(method) if cell.summary]


def found_again(config, path):
    """The config of a cell that needs another cell of its run: where that is now, if the run was moved."""
    moved = {key: str(path.parent / Path(value).name) for key, value in config.items() if isinstance(value, str) and
             Path(value).parent.name == "cells" and not Path(value).is_dir() and
             (path.parent / Path(value).name).is_dir()}
    return config | moved


def read_config(path):
    """The config.json of a run or cell. Raises RunError where there is none."""
    config = read_json(path / "config.json")
    if config is None:
        raise RunError(f"{path} is no run directory: it has no config.json" if path.is_dir() else
                       f"{path} does not exist")
    return relocated(config, path)


def through(part, x, size=500):
    """A part's output for all samples of x, some at a time in one cache."""
    if len(x) == 0:
        return np.empty((0, *part.out_shape), part.dtype)
    cache = part.make_cache(min(size, len(x)))
    return np.concatenate([part.forward(x[i:i + size], cache)[0].copy() for i in range(0, len(x), size)])
