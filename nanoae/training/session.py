"""A Fit from beginning to end in its directory, or from its checkpoint: history, checkpoints, Ctrl-C."""
import time

from .checkpoint import load_checkpoint, save_checkpoint, save_weights
from .interrupt import Interrupted

EVERY = 10.0    # seconds between checkpoints within an epoch, at most
SHORT = 0.2    # epochs that end within so many seconds of a checkpoint wait for the next one


def carry_on(directory, fit, progress, stop, every=EVERY, before=None):
    """Trains a Fit in a RunDirectory to its end; returns the seconds spent, those before a resume included.

    stop: has `requested`, which is looked at after every step. before: the seconds that load_checkpoint gave, where it
    was called already. History lines are written before the checkpoint that counts them: what a killed run left above
    its checkpoint is taken back first, so no line is ever doubled or missing.
    Raises Interrupted where a stop was requested, with everything saved.
    """
    before = load_checkpoint(directory, fit) if before is None else before
    began = time.perf_counter()
    directory.keep_history(fit.history)
    saved = time.monotonic() - SHORT    # when the last checkpoint was written
    lines: list = []    # of the history, since then

    def save():
        nonlocal saved
        if lines:
            directory.record(lines)
            save_weights(directory, fit)
            lines.clear()
        save_checkpoint(directory, fit, before + time.perf_counter() - began)
        saved = time.monotonic()

    def after_step():
        if stop.requested or time.monotonic() - saved > every:
            save()
        if stop.requested:
            raise Interrupted(f"interrupted and saved; go on with --resume --out {directory.path}")

    def after_epoch(line):
        lines.append(line)
        if time.monotonic() - saved >= SHORT or line["epoch"] == fit.epochs:
            save()

    fit.run(progress, after_step, after_epoch)
    return before + time.perf_counter() - began
