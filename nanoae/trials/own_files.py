"""The files of people's own that a run was made with: found again where they are now, and known when they have changed.

config.json names them by FILE.py:NAME and holds {"files": {FILE: {"sha256": ..., "beside": its path from the run}}}.
"""
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from ..from_file import is_of_file

NAMED = "recipe", "optimizer"    # what a config may name by FILE.py:NAME


def records(config, folder):
    """{"files": ...} of what a config names, for a run in this folder; {} where it names none."""
    files = {}
    for text in filter(is_of_file, map(config.get, NAMED)):
        path = text.rpartition(":")[0]
        files[path] = {"sha256": digest(path), "beside": ""}
        with suppress(ValueError):    # on another drive
            files[path]["beside"] = Path(os.path.relpath(path, folder)).as_posix()
    return {"files": files} if files else {}


def relocated(config, folder):
    """A config with the files where they are now: beside the run as they were, where they were, or in this folder; the
    first that still holds what the run was made with, else the first that is there."""
    config = dict(config)
    for name in NAMED:
        path, _, what = str(config.get(name)).rpartition(":")
        record = config.get("files", {}).get(path)
        if record is not None:
            there = [place for place in (Path(folder) / record["beside"], Path(path), Path(Path(path).name))
                     if place.is_file()]
            same = [place for place in there if digest(place) == record["sha256"]]
            now = str((same or there or [Path(path)])[0].resolve())
            config[name] = f"{now}:{what}"
            config["files"] = config["files"] | {now: record}
    return config


def is_same(there, here, config):
    """Does FILE.py:NAME of a config name what another does, wherever the files are?"""
    if there == here or not (is_of_file(there) and is_of_file(here)):
        return there == here
    (path, _, name), (other, _, what) = there.rpartition(":"), here.rpartition(":")
    record = config.get("files", {}).get(path)
    return record is not None and name == what and digest(other) == record["sha256"]


def changed(config):
    """The files that no longer hold what the run was made with."""
    named = {text.rpartition(":")[0] for text in filter(is_of_file, map(config.get, NAMED))}
    return [path for path in sorted(named & set(config.get("files", {})))
            if Path(path).is_file() and digest(path) != config["files"][path]["sha256"]]


def check_unchanged(config, folder):
    """Raises ValueError where a run would go on with another file than it was begun with."""
    for path in changed(relocated(config, folder)):
        raise ValueError(f"{path} has changed since this run began, which could not go on to the same bits: put back "
                         "what it was, or begin a new run")


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
