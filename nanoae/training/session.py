"""A recipe's training from beginning to end, or from its checkpoint: history, checkpoints, Ctrl-C."""
import time

from .checkpoint import load_checkpoint, save_checkpoint
from .interrupt import Interrupted, noted_interrupts

EVERY = 10.0    # seconds between checkpoints within an epoch, at most


def fit_all(directory, fits, progress, every=EVERY, before=None):
    """Trains {method: Fit} one after the other in a RunDirectory; returns the seconds spent, earlier sessions included.

    before: the seconds that load_checkpoint gave, where it was called already. A history line is written before the
    checkpoint that counts it: what a killed run left above its checkpoint is taken back first, so no line is ever
    doubled or missing. Raises Interrupted after Ctrl-C, with everything saved.
    """
    before = load_checkpoint(directory, fits) if before is None else before
    began = time.perf_counter()
    directory.keep_history([line for fit in fits.values() for line in fit.history])
    saved = time.monotonic()

    def save():
        nonlocal saved
        save_checkpoint(directory, fits, before + time.perf_counter() - began)
        saved = time.monotonic()

    with noted_interrupts() as asked:
        def after_step():
            if asked.stop or time.monotonic() - saved > every:
                save()
            if asked.stop:
                raise Interrupted(f"interrupted and saved; go on with --resume --out {directory.path}")

        for method, fit in fits.items():
            def after_epoch(line, method=method):
                if method:
                    line.setdefault("method", method)
                directory.record(line)
                save()

            if method:
                progress.method(method)
            fit.run(progress, after_step, after_epoch)
    return before + time.perf_counter() - began
