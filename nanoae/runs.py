"""What is done with a trained run: its network on images of one's own.

    run = load_run("runs/mnist-autoencoder-1")
    codes = run.encode(images)            # (n, latent)
    again = run.decode(codes)             # (n, 1, 28, 28), in [0, 1]
    again = run.reconstruct(images)       # both; encode, decode, reconstruct are functions of a directory, too
"""
from pathlib import Path

from .pictures import save
from .recipes import get_recipe
from .recipes.tune import report_search
from .sealed import RunError
from .trials.opened import OpenedCell, Run, read_config


def load_run(path, method=None, backend="numpy"):
    """The trained network of a run directory, finished or not, as an OpenedCell: the first cell of `method` (where
    it is left out, of the proposed one).

    Raises RunError for a folder that is no run or has no trained network yet.
    """
    path = Path(path)
    config = read_config(path)
    run = Run(path, get_recipe(config["recipe"]), backend)
    methods = list(run.recipe.methods(run.settings))
    method = methods[-1] if method is None else method
    if method not in methods:
        named = ", ".join(methods) if methods != [""] else "none, it trains one network"
        raise RunError(f"{path} has no method {method!r}; there are: {named}")
    if method not in run.trained:
        raise RunError(f"{path}: no training{f' of {method}' if method else ''} has finished an epoch yet; let the run "
                       "go on")
    cell = run.trained[method]
    cell.load()
    return cell


def opened(run, method=None):
    """An OpenedCell as it is, or that of a directory."""
    return run if isinstance(run, OpenedCell) else load_run(run, method)


def encode(run, images, method=None):
    """Codes (n, ...) of images uint8 or float in [0, 1], (n, c, h, w), by an OpenedCell or a run's directory."""
    return opened(run, method).encode(images)


def decode(run, codes, method=None):
    """Images (n, c, h, w) in [0, 1] of codes (n, ...), by an OpenedCell or a run's directory."""
    return opened(run, method).decode(codes)


def reconstruct(run, images, method=None):
    """Images (n, c, h, w) in [0, 1] after encoding and decoding, by an OpenedCell or a run's directory."""
    return opened(run, method).reconstruct(images)


def report(path):
    """Draws a run's pictures again, from its own files alone, and returns the lines of its table."""
    path = Path(path)
    config = read_config(path)
    if "tune" in config:
        return report_search(path, get_recipe(config["recipe"]), config)
    run = Run(path, get_recipe(config["recipe"]))
    if not run.trained:
        raise RunError(f"{path}: no epoch is finished yet, so there is nothing to report; let the run go on")
    pictures = []
    for name, figure in run.recipe.pictures(run):
        save(figure, path / name)
        pictures.append(name)
    ended = sum(cell.summary is not None for cell in run.cells)
    planned = len(run.recipe.cells(run.settings))
    lines = [f"{config['recipe']} on {config['data_name']}, seed {config['seed']}: {ended} of {planned} "
             f"training{'s' if planned > 1 else ''} finished"]
    for cell in run.cells:
        lines += [*([heading(cell)] if cell.method else []),
                  f"{'':6} {'epoch':>6} {'train':>10} {'test':>10} {'seconds':>8}", *map(row, shortened(cell.history))]
    return [*lines, "drawn again: " + ", ".join(str(path / picture) for picture in pictures)]


def heading(cell):
    """What a cell of the run is, in words: 'nam, penalty 1e-08, trial 3'; trials are counted from 1."""
    words = [f"{name} {value + 1 if name == 'trial' else value}" for name, value in cell.labels.items()]
    return ", ".join([cell.method, *words])


def shortened(history):
    """The first three and the last eight lines, None between them where some are left out."""
    return history if len(history) <= 12 else [*history[:3], None, *history[-8:]]


def row(line):
    if line is None:
        return " " * 10 + "..."
    tested = f"{'none':>10}" if line["test_loss"] is None else f"{line['test_loss']:10.5f}"
    return f"{'':6} {line['epoch']:6} {line['train_loss']:10.5f} {tested} {line['seconds']:8.2f}"
