"""A run's directory: config.json, history.jsonl, checkpoint.safetensors, summary.json and pictures.

Files other than the history are written beside their place and renamed, so that what is there is always whole. While a
run writes, it holds a lock on the directory itself, which ends with the process however that ends.
"""
import fcntl
import json
import os
from pathlib import Path

import numpy as np


class RunError(Exception):
    """A run cannot use its directory or what is in it; the text says which and what to do."""


class RunDirectory:
    """The directory of one run of `recipe`: `out`, or the next free runs/RECIPE-N; used in a `with`.

    A directory that holds something already is refused, unless resume=True. Raises RunError.
    """

    def __init__(self, recipe, out=None, resume=False):
        self.path = next_free(recipe) if out is None else claim(Path(out), resume)
        self.lock = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self.lock)
            raise RunError(f"{self.path} is being written by another process: wait for it, or choose another --out") \
                from None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        os.close(self.lock)

    def write_json(self, name, content):
        self.replace(name, (json.dumps(content, indent=2, default=plain) + "\n").encode())

    def write_tensors(self, name, tensors):
        from safetensors.numpy import save
        self.replace(name, save({key: np.ascontiguousarray(tensor) for key, tensor in tensors.items()}))

    def read_json(self, name):
        """The content of a JSON file, or None where there is none. Raises RunError for a damaged one."""
        try:
            return json.loads((self.path / name).read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise RunError(f"{self.path / name} is damaged ({error})") from None

    def record(self, line):
        """Appends one line to history.jsonl, on the disk when this returns."""
        with open(self.path / "history.jsonl", "a") as history:
            history.write(json.dumps(line, default=plain) + "\n")
            history.flush()
            os.fsync(history.fileno())

    def keep_history(self, lines):
        """Leaves exactly these lines in history.jsonl: what a checkpoint counts."""
        text = "".join(json.dumps(line, default=plain) + "\n" for line in lines)
        if text or (self.path / "history.jsonl").exists():
            self.replace("history.jsonl", text.encode())

    def replace(self, name, content):
        """Writes a file whole: beside its place, flushed to disk, then renamed. Leaves nothing behind on failure."""
        part = self.path / (name + ".part")
        try:
            with open(part, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.path / name)
        except OSError:
            part.unlink(missing_ok=True)
            raise


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


def claim(path, resume=False):
    """The directory of this path, made; raises RunError where it is in use (unless resumed) or cannot be made."""
    used = path.exists() and (not path.is_dir() or any(inside.suffix != ".part" for inside in path.iterdir()))
    if used and not (resume and path.is_dir()):
        hint = "; --resume goes on with it" if (path / "config.json").is_file() else ""
        raise RunError(f"{path} is in use already, and nothing is overwritten: choose another --out{hint}")
    if used and not (path / "config.json").is_file():
        raise RunError(f"{path} is no run directory (it has no config.json): nothing to resume")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot make {path}: {error.strerror}") from None
    return path


def plain(value):
    """NumPy's numbers as Python's, for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
