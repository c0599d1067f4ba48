"""A run's directory: config.json, history.jsonl, checkpoint.safetensors, summary.json and pictures.

Files other than the history are written beside their place and renamed, so that what is there is always whole, and
those that are read again carry a digest. While a run writes, it holds a lock on the file `.lock` in it, which ends with
the process however that ends.
"""
import os
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ..files import PART, write_whole
from ..sealed import RunError, json_text, read_json, sealed_json, sealed_tensors
from .interrupt import Interrupted

LOCK = ".lock"
BEFORE = {LOCK, "config.json", "samples.safetensors"}    # what is there before the first step


class RunDirectory:
    """The directory of one run of `recipe`: `out`, or the next free runs/RECIPE-N; used in a `with`.

    A directory that holds something already is refused, unless resume=True. wait: seconds to wait for its lock, which a
    killed run's worker may hold for a moment. A new directory in which an error came before anything was trained goes
    again, so that the same command, mended, finds its place free. Raises RunError.
    """

    def __init__(self, recipe, out=None, resume=False, wait=0.0):
        there = out is not None and Path(out).exists()
        self.path = next_free(recipe) if out is None else claim(Path(out), resume)
        self.new = BEFORE if not there else BEFORE - {path.name for path in self.path.iterdir()}
        self.made = not there
        self.lock = FileLock(self.path / LOCK)
        try:
            self.lock.acquire(timeout=wait, poll_interval=0.1)
        except Timeout:
            raise RunError(f"{self.path} is being written by another process: wait for it, or choose another --out") \
                from None
        except OSError as error:
            raise RunError(f"{self.path} cannot be written ({error.strerror}): choose another --out") from None
        self.held = identity(self.path / LOCK)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        here = identity(self.path / LOCK) == self.held    # on Windows the file goes with its lock
        self.lock.release()
        if here and isinstance(error, Exception) and not isinstance(error, Interrupted):
            self.leave()

    def leave(self):
        """Removes what is new here, where nothing was trained."""
        if "config.json" not in self.new:
            return
        with suppress(OSError):    # what is said is the error that came first
            if not {path.name for path in self.path.iterdir()} - BEFORE:
                for name in self.new:
                    (self.path / name).unlink(missing_ok=True)
                if self.made:
                    self.path.rmdir()

    def write_json(self, name, content):
        self.replace(name, sealed_json(content))

    def write_tensors(self, name, tensors):
        self.replace(name, sealed_tensors(tensors, {}))

    def read_json(self, name):
        """The content of a JSON file, or None where there is none. Raises RunError for a damaged one."""
        return read_json(self.path / name)

    def record(self, lines):
        """Appends lines to history.jsonl, on the disk when this returns."""
        self.check_place()
        with open(self.path / "history.jsonl", "a", newline="\n") as history:
            history.write("".join(json_text(line) + "\n" for line in lines))
            history.flush()
            os.fsync(history.fileno())

    def keep_history(self, lines):
        """Leaves exactly these lines in history.jsonl: what a checkpoint counts."""
        text = "".join(json_text(line) + "\n" for line in lines)
        if text or (self.path / "history.jsonl").exists():
            self.replace("history.jsonl", text.encode())

    def replace(self, name, content):
        """Writes a file whole (see `nanoae.files`)."""
        self.check_place()
        write_whole(self.path / name, content)

    def check_place(self):
        """Raises RunError where another directory stands at this path now: the lock is in the one that was opened."""
        if identity(self.path / LOCK) != self.held:
            raise RunError(f"{self.path} was moved, removed or replaced while the run wrote into it: nothing more is "
                           "written")


def identity(path):
    """Which file stands at a path, whatever its name; None where there is none."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


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


def check_unused(path, resume):
    """Raises RunError where a directory is in use and not resumed, or resumed and no run's."""
    used = path.exists() and (not path.is_dir() or any(inside.suffix != PART and inside.name != LOCK
                                                      for inside in path.iterdir()))
    if used and not (resume and path.is_dir()):
        hint = "; --resume goes on with it" if (path / "config.json").is_file() else ""
        raise RunError(f"{path} is in use already, and nothing is overwritten: choose another --out{hint}")
    if resume and not (path / "config.json").is_file():
        raise RunError(f"{path} is no run directory (it has no config.json): nothing to resume; "
                       "begin it without --resume")


def claim(path, resume=False):
    """The directory of this path, made; raises RunError where it is in use (unless resumed) or cannot be made."""
    check_unused(path, resume)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot make {path}: {error.strerror}") from None
    return path


def expect_room(recipe, out, resume):
    """Raises RunError, before anything is read or made, where a run could not have its directory."""
    path = Path("runs") / recipe if out is None else Path(out)
    if out is not None:
        check_unused(path, resume)
    while not path.exists():
        path = path.parent
    if not (path.is_dir() and os.access(path, os.W_OK | os.X_OK)):
        raise RunError(f"{path} cannot be written: choose another --out")
