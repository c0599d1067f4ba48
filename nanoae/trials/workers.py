"""Cells in worker processes, one kernel thread each: joblib's, which end with the program that started them."""
import os
import signal
import sys
import threading
import time

from ..from_file import LOADED
from ..training import RunError

WATCH = 0.2    # seconds between two looks at the parent and at the file that says stop


class Stop:
    """`requested` is True once the file is there."""

    def __init__(self, path):
        self.path, self.looked, self.found = path, 0.0, False

    @property
    def requested(self):
        if not self.found and time.monotonic() - self.looked > WATCH:
            self.looked, self.found = time.monotonic(), self.path.exists()
        return self.found


def in_workers(work, cells, path, stop_file, workers):
    """Carries out work(cell, path, stop) for every cell; yields what it returns, in the order in which it ends.

    Raises RunError where a worker dies.
    """
    from joblib import Parallel, delayed, parallel_config
    from joblib.externals.loky.cloudpickle_wrapper import dumps
    from joblib.externals.loky.process_executor import BrokenProcessPool
    for module in LOADED.values():    # a worker could not import them by name
        sys.modules[dumps.__module__].register_pickle_by_value(module)    # type: ignore[attr-defined]
    parent = os.getpid()
    with parallel_config("loky", inner_max_num_threads=1):
        try:
            yield from Parallel(n_jobs=workers, return_as="generator_unordered", pre_dispatch="all", batch_size=1)(
                delayed(in_worker)(work, cell, path, stop_file, parent) for cell in cells)
        except BrokenProcessPool as error:
            raise RunError(f"a worker process died ({type(error).__name__}; out of memory?): what is finished stays; "
                           f"go on with --resume --out {path}, perhaps with fewer --workers") from None


def in_worker(work, cell, path, stop_file, parent):
    """In the worker: signals are the parent's to act on, and nothing outlives it."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if not any(thread.name == "watch" for thread in threading.enumerate()):
        threading.Thread(target=watch, args=(parent,), name="watch", daemon=True).start()
    if cell.settings.backend == "numba":
        import numba
        numba.set_num_threads(1)
    return work(cell, path, Stop(stop_file))


def watch(parent):
    """Ends this process once its parent is gone: a killed run leaves no writer behind."""
    if sys.platform == "win32":    # where a parent's number outlives it
        import _winapi
        _winapi.WaitForSingleObject(_winapi.OpenProcess(_winapi.SYNCHRONIZE, False, parent), _winapi.INFINITE)
    else:
        while os.getppid() == parent:
            time.sleep(WATCH)
    os._exit(1)
