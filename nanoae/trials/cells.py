"""Cells: one training each, with a directory of its own; everything larger is a list of them.

    failed = run_cells(cells, directory, workers=4)           {name: reason} of those that failed

Methods, trials, folds, penalties are cells. A finished cell is skipped, one that was left goes on to the same bits, one
that fails is recorded and the others go on. A cell's result is the same for any number of workers, to the bit.
"""
from dataclasses import dataclass, field
from typing import Any

from threadpoolctl import threadpool_limits

from ..from_file import told
from ..sealed import read_json
from ..training import Interrupted, RunDirectory, RunError
from ..training.interrupt import noted_interrupts
from ..training.plain_progress import Nobody
from .opened import folder_of
from .train_cell import train_cell
from .workers import in_workers

FAILED, STOP = "failed.json", ".stop"
WAIT = 10.0    # seconds for the lock of a cell


@dataclass(frozen=True)
class Cell:
    """One training: of a recipe, with these settings, by this method.

    labels: what tells it from the method's others, {'trial': 3}. needs: cells that come before, perhaps of another
    recipe, whose outcome the recipe's `settle` puts into this one's settings. fold: the Fold of the training images
    that is held out.
    """

    recipe: Any
    settings: Any
    method: str = ""
    labels: dict = field(default_factory=dict)
    needs: tuple = ()
    fold: Any = None

    @property
    def name(self):
        """'anamo-trial-3', its directory's name; empty for the one cell of a run."""
        return "-".join([*filter(None, [self.method]), *(f"{key}-{value}" for key, value in self.labels.items())])


def run_cells(cells, directory, workers=1, progress=None):
    """Carries out what is not finished, here or in worker processes; returns {name: reason} of the cells that failed.

    directory: the run's RunDirectory. Raises Interrupted after Ctrl-C, with everything saved.
    """
    progress = progress or Nobody()
    left, failed, path = list(cells), {}, directory.path
    stop_file = path / STOP
    stop_file.unlink(missing_ok=True)
    try:
        with noted_interrupts(stop_file) as stop:
            while left:
                waiting = {cell.name for cell in left}
                wave = [cell for cell in left if not waiting & {other.name for other in cell.needs}]
                if not wave:
                    raise ValueError(f"these cells need each other: {', '.join(cell.name for cell in left)}")
                left = [cell for cell in left if cell not in wave]
                ready = []
                for cell in wave:
                    lost = [other.name for other in cell.needs if other.name in failed]
                    if lost:
                        failed[cell.name] = f"it needs {', '.join(lost)}, which failed"
                        progress.failed(cell, failed[cell.name])
                    elif is_finished(path, cell):
                        progress.skipped(cell)
                    else:
                        ready.append(cell)
                outcomes = (here(ready, directory, progress, stop) if workers == 1 or len(ready) < 2 else
                            in_workers(carried_out, ready, path, stop_file, min(workers, len(ready))))
                for cell, reason in outcomes:
                    if reason is None:
                        progress.finished(cell)
                    elif reason != STOP:
                        failed[cell.name] = reason
                        progress.failed(cell, reason)
                if stop.requested:
                    raise Interrupted(f"interrupted and saved; go on with --resume --out {path}")
    finally:
        stop_file.unlink(missing_ok=True)
    return failed


def is_finished(path, cell):
    summary = read_json(folder_of(path, cell.name) / "summary.json")
    return summary is not None and planned(summary) >= cell.settings.epochs


def planned(summary):
    """The epochs that a finished training was to have; it may have ended early."""
    return summary.get("epochs_planned", summary["epochs"])


def here(cells, directory, progress, stop):
    """Carries cells out in this process, one after the other; yields (cell, reason for its failure or None)."""
    for cell in cells:
        if stop.requested:
            return
        progress.begins(cell)
        if cell.name:
            yield cell, attempt(cell, directory.path, progress, stop)
        else:    # the run's only cell: what goes wrong is the run's own error
            train_cell(cell, directory, directory.path, progress, stop)
            yield cell, None


def carried_out(cell, path, stop):
    """One cell, in a worker process."""
    return cell, STOP if stop.requested else attempt(cell, path, Nobody(), stop)


def attempt(cell, path, progress, stop):
    """Trains a cell; returns None, STOP, or the reason why it failed, which is written into its directory."""
    folder = folder_of(path, cell.name)
    try:
        (folder / FAILED).unlink(missing_ok=True)
        with RunDirectory(cell.name, folder, resume=(folder / "config.json").is_file(), wait=WAIT) as own:
            try:
                with threadpool_limits(1, "blas"):    # so that a matrix library sums alike here and in a worker
                    train_cell(cell, own, path, progress, stop)
                return None
            except Interrupted:
                return STOP
            except Exception as error:    # whatever it is, the other cells go on
                reason = told(error)
                own.write_json(FAILED, {"reason": reason, "error": type(error).__name__})
                return reason
    except (RunError, OSError) as error:    # its directory cannot be had
        return str(error)
