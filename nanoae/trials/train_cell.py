"""One cell from its settings to its summary: the recipe says what is trained, the training's loop does it."""
import statistics
from dataclasses import asdict

from ..data.folds import Fold
from ..optim import MAKERS
from ..optim.schedules import scheduled
from ..training import carry_on
from ..training.checkpoint import NAME as CHECKPOINT
from ..training.checkpoint import load_checkpoint
from ..versions import versions
from .opened import OpenedCell
from .own_files import records

HELD_OUT = 10    # a tenth of the training images, where an early end needs validation images


def train_cell(cell, directory, path, progress, stop):
    """Trains a cell in its RunDirectory, or goes on there, and writes summary.json. path: of the run it belongs to."""
    recipe, method = cell.recipe, cell.method
    needed = {other.name: OpenedCell.of_run(path, other.name, other.recipe) for other in cell.needs}
    settings = recipe.settle(cell.settings, method, needed)
    data = recipe.data(settings)
    data = held_out(data if cell.fold is None else cell.fold.of(data), settings)
    fit = steered(recipe.fit(settings, data, method), settings)
    before = load_checkpoint(directory, fit)    # all is read and compared before anything is written
    config = directory.read_json("config.json")
    if not (directory.path / CHECKPOINT).exists() or config["epochs"] != settings.epochs:
        directory.write_json("config.json", config_of(recipe, settings, data, directory.path, fit)
                             | {"method": method, "labels": cell.labels})
    progress.train(fit.epochs, len(fit.batches.images))
    seconds = carry_on(directory, fit, progress, stop, before=before)
    with fit.tested():
        figures = {name: value for optimizer in fit.optimizers.values()
                   for name, value in optimizer.certificate().items()}
        figures |= recipe.cell_figures(settings, fit, data, method)
    last, told = fit.history[-1], fit.outcome
    losses = {name: figures.pop(name, told[name]) for name in ("train_loss", "test_loss", "validation_loss")
              if name in told}
    epochs = {"epochs": settings.epochs} if fit.best is None else {
        "epochs": last["epoch"], "best_epoch": told["epoch"], "epochs_planned": settings.epochs}
    directory.write_json("summary.json", {
        "recipe": recipe.name, "data": data.name, "data_source": data.source, "method": method, "seed": settings.seed,
        "backend": settings.backend, "dtype": settings.dtype, "optimizer": optimizer_of(settings, method, fit),
        **epochs, "steps": last["steps"], "parameters": fit.net.theta.size,
        **losses,
        "train_reduction": fit.reduction,
        "epoch_seconds": statistics.median(line["seconds"] for line in fit.history), "seconds": seconds,
        "versions": versions(settings.backend), "metrics": figures})


def held_out(data, settings):
    """The Dataset with validation images, where an early end goes by them and it has none."""
    if "patience" not in settings.steering() or data.validation is not None:
        return data
    return Fold(0, HELD_OUT, "shuffled", settings.seed).of(data)


def steered(fit, settings):
    """The Fit with what the settings say of all its steps."""
    fit.reads_every_step = settings.reads_every_step or None
    asked = settings.steering()
    if {"schedule", "warm_up"} & set(asked):
        fit.follow(scheduled(settings.schedule, len(fit.batches) * fit.epochs, settings.warm_up))
    if "clip_norm" in asked:
        fit.clip(settings.clip_norm)
    if "patience" in asked:
        fit.stop_early(settings.patience)
    return fit


def optimizer_of(settings, method, fit):
    """The name of the optimizer that trained: the setting, or the method, or else what it is."""
    named = getattr(settings, "optimizer", method)
    return named if named in MAKERS else type(fit.optimizer).__name__.lower()


def config_of(recipe, settings, data, folder, fit=None):
    """What config.json holds: all settings, and what is needed to open the run in this folder again."""
    config = {"recipe": recipe.name, **asdict(settings), "shape": data.shape, "data_name": data.name,
              "credit": data.credit}
    if config.get("lr", 0) is None:    # the default, by the optimizer's name: NAM's own lr is its first phase's
        named = MAKERS.get(config.get("optimizer", ""))
        config["lr"] = named[0] if named else fit and fit.optimizer.lr
    return config | records(config, folder)
