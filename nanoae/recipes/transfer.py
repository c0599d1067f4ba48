"""Transfer: the encoder of a trained run, for a network that begins with it."""
from pathlib import Path

from ..training import RunError
from ..trials.opened import OpenedCell, Run, read_config


def trained_encoder(path, shape):
    """An unbuilt clone, with its weights, of the encoder of the run, or of the cell, at `path`; of a run that compares
    methods, the proposed one's. Raises RunError where there is none, or it takes images of another shape."""
    from . import get_recipe
    path = Path(path)
    recipe = get_recipe(read_config(path)["recipe"])
    run = Run(path, recipe)
    cell = list(run.trained.values())[-1] if run.trained else OpenedCell(path, recipe)
    try:
        encoder = cell.net["encoder"]
    except KeyError:
        raise RunError(f"{path}: its network {cell.net!r} has no part named encoder") from None
    if encoder.in_shape != tuple(shape):
        raise RunError(f"{path}: its encoder takes images {encoder.in_shape}, these are {tuple(shape)}")
    return encoder.clone()
