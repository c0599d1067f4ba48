"""What is done with a trained run: its network on images of one's own.

    run = load_run("runs/mnist-autoencoder-1")
    codes = run.encode(images)            # (n, latent)
    again = run.decode(codes)             # (n, 1, 28, 28), in [0, 1]
    again = run.reconstruct(images)       # both; encode, decode, reconstruct are functions of a directory, too
"""
from pathlib import Path

import numpy as np

from .data.batches import scaled
from .recipes import get_recipe
from .recipes.settings import resumed
from .training.checkpoint import NAME, of_method, read_checkpoint
from .training.sealed import RunError, read_json, read_tensors


class TrainedRun:
    """A run's network with its trained weights (those its optimizer wants tested), its configuration and history."""

    def __init__(self, path, config, net, methods, fit):
        self.path, self.config, self.net, self.methods = path, config, net, methods
        self.history, self.epoch = fit["history"], fit["position"]["epoch"] - 1    # epochs that are done

    @property
    def shape(self):
        """(c, h, w) of an image it takes."""
        return self.net.in_shape

    def encode(self, images):
        """Codes (n, ...) of images uint8 or float in [0, 1], (n, c, h, w)."""
        return self.through(self.net["encoder"], self.floats(images))

    def decode(self, codes):
        """Images (n, c, h, w) in [0, 1] of codes (n, ...)."""
        return self.through(self.net["decoder"], np.asarray(codes, self.net.dtype))

    def reconstruct(self, images):
        """Images (n, c, h, w) in [0, 1] after encoding and decoding."""
        return self.through(self.net, self.floats(images))

    def floats(self, images):
        return scaled(images, dtype=self.net.dtype)

    def through(self, part, x, size=500):
        """A part's output for all samples of x, some at a time in one cache."""
        if not self.history:
            raise RunError(f"{self.path}: this method has not finished an epoch yet; let the run go on")
        if len(x) == 0:
            return np.empty((0, *part.out_shape), part.dtype)
        cache = part.make_cache(min(size, len(x)))
        return np.concatenate([part.forward(x[i:i + size], cache)[0].copy() for i in range(0, len(x), size)])


def load_run(path, method=None, backend="numpy"):
    """The TrainedRun of a run directory, finished or not; `method` where the run compares several.

    Raises RunError for a folder that is no run or has no checkpoint yet.
    """
    path = Path(path)
    config = read_json(path / "config.json")
    if config is None:
        raise RunError(f"{path} is no run directory: it has no config.json")
    if not (path / NAME).is_file():
        raise RunError(f"{path} has no checkpoint yet: let the run finish an epoch")
    tensors, state = read_checkpoint(path / NAME)
    methods = list(state["fits"])
    method = methods[-1] if method is None else method
    if method not in methods:
        named = ", ".join(methods) if methods != [""] else "none, it trains one network"
        raise RunError(f"{path} has no method {method!r}; there are: {named}")
    recipe = get_recipe(config["recipe"])
    settings = resumed(recipe.Settings, config["recipe"], config, {})
    net = recipe.network(settings, method, tuple(config["shape"])).build(config["shape"], settings.dtype, backend,
                                                                         np.random.default_rng(0))
    fit = state["fits"][method]
    put_weights(net, recipe.optimizer_of(settings, net, method), of_method(tensors, method), fit, path)
    return TrainedRun(path, config, net, methods, fit)


def opened(run, method=None):
    """A TrainedRun as it is, or that of a directory."""
    return run if isinstance(run, TrainedRun) else load_run(run, method)


def encode(run, images, method=None):
    """Codes (n, ...) of images uint8 or float in [0, 1], (n, c, h, w), by a TrainedRun or a run's directory."""
    return opened(run, method).encode(images)


def decode(run, codes, method=None):
    """Images (n, c, h, w) in [0, 1] of codes (n, ...), by a TrainedRun or a run's directory."""
    return opened(run, method).decode(codes)


def reconstruct(run, images, method=None):
    """Images (n, c, h, w) in [0, 1] after encoding and decoding, by a TrainedRun or a run's directory."""
    return opened(run, method).reconstruct(images)


def put_weights(net, optimizer, tensors, fit, path):
    """Gives the network the weights that its optimizer wants tested, and its running statistics."""
    named = {**net.named(), **net.named("running")}
    if fit["network"] != repr(net) or any(name not in tensors for name in named):
        raise RunError(f"{path}: its checkpoint holds {fit['network']}, its config.json describes {net!r}")
    for name, view in named.items():
        view[...] = tensors[name]
    vectors = {name.removeprefix("optimizer."): value for name, value in tensors.items()
               if name.startswith("optimizer.")}
    optimizer.load_state(vectors | fit["counters"])
    with optimizer.evaluation_weights():
        tested = net.theta.copy()
    net.theta[...] = tested


def report(path):
    """Draws a run's pictures again, from its own files alone, and returns the lines of its table."""
    run = load_run(path)
    recipe = get_recipe(run.config["recipe"])
    runs = {method: load_run(path, method) for method in run.methods}
    if not any(one.history for one in runs.values()):
        raise RunError(f"{run.path}: no epoch is finished yet, so there is nothing to report; let the run go on")
    pictures = recipe.draw_pictures(run.path, run.config, {method: (one.net, one.history) for method, one in
                                                           runs.items() if one.history},
                                    read_tensors(run.path / "samples.safetensors")[0])
    lines = [f"{run.config['recipe']} on {run.config['data_name']}, seed {run.config['seed']}, "
             f"{run.config['optimizer']}, {run.epoch} of {run.config['epochs']} epochs"]
    for method, one in runs.items():
        named = heading(method, one.history)
        lines += [*([named] if named else []), f"{'':6} {'epoch':>6} {'train':>10} {'test':>10} {'seconds':>8}"]
        lines += map(row, shortened(one.history))
    return [*lines, "drawn again: " + ", ".join(str(run.path / picture) for picture in pictures)]


def heading(method, history):
    """What a network of the run was, in words: 'nam, trial 3, penalty 1e-08'."""
    told = history[0] if history else {}
    words = [f"{name} {told[name] + 1 if name == 'trial' else told[name]}" for name in ("trial", "penalty")
             if name in told]
    return ", ".join([told.get("method", method), *words])


def shortened(history):
    """The first three and the last eight lines, None between them where some are left out."""
    return history if len(history) <= 12 else [*history[:3], None, *history[-8:]]


def row(line):
    return " " * 10 + "..." if line is None else (f"{'':6} {line['epoch']:6} {line['train_loss']:10.5f} "
                                                  f"{line['test_loss']:10.5f} {line['seconds']:8.2f}")
