"""The study of a search in Optuna's storage, which several processes share, on one machine or many.

The storage is a journal file, or a database's address. A trial has an owner, the search that carries it out; a study
belongs to searches of the same settings, ranges and folds.
"""
import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from .search import Outcome

SURPLUS, LOST = "surplus", 60.0    # seconds after which a trial without an owner is taken for lost
STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed", "RUNNING": "running", "WAITING": "running"}


def open_study(search):
    """The study in its storage, made where it is not there. Raises ImportError without Optuna, ValueError for a
    storage that cannot be had, or one whose study of this name is another search's."""
    try:
        import optuna
        from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
    except ModuleNotFoundError:
        raise ImportError("--engine optuna needs the extra tune: pip install 'nanoae[tune]'") from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if "://" not in search.storage and not Path(search.storage).parent.is_dir():
        raise ValueError(f"--storage {search.storage}: there is no folder {Path(search.storage).parent}")
    try:
        file = str(Path(search.storage).resolve())    # the lock may be a link, which must lead there
        lock = JournalFileOpenLock(file) if os.name == "nt" else None    # where links are a privilege
        storage = search.storage if "://" in search.storage else optuna.storages.JournalStorage(
            JournalFileBackend(file, lock))
        study = optuna.create_study(storage=storage, study_name=search.study, load_if_exists=True,
                                    direction="minimize", pruner=optuna.pruners.MedianPruner(n_startup_trials=5))
    except Exception as error:    # whatever a database's driver says
        raise ValueError(f"--storage {search.storage} cannot be used: {error}") from None
    mine = fingerprint(search)
    kept = study.user_attrs.get("search")
    if kept is None:
        study.set_user_attr("search", mine)
    elif kept != mine:
        raise ValueError(f"the study {search.study!r} in {search.storage} is of another search, with other settings or "
                         "ranges: name another with --study")
    return study


def fingerprint(search):
    """What a study's trials have in common, wherever they are carried out."""
    settings = {name: value for name, value in asdict(search.settings).items()
                if name not in ("out", "data_dir", "backend")}
    return json.dumps([search.recipe.name, settings, [one.text() for one in search.ranges], search.folds])


def counted(study):
    """The study's trials in their order, but for those that were one too many."""
    return [trial for trial in study.get_trials(deepcopy=False) if not trial.user_attrs.get(SURPLUS)]


def is_left(trial, search):
    """Was this trial left by a kill of this search's? One without an owner was left before it could be told."""
    if trial.state.name != "RUNNING":
        return False
    owner = trial.user_attrs.get("owner")
    return owner == search.owner or (owner is None and (datetime.now() - trial.datetime_start).total_seconds() > LOST)


def outcome_of(search, trial):
    """The Outcome of a trial in the storage."""
    held = trial.user_attrs
    values = {one.name: one.settled(trial.params[one.name]) if not one.choices else trial.params[one.name]
              for one in search.ranges if one.name in trial.params}
    return Outcome(trial.number, values, STATES[trial.state.name], held.get("scores", []), held.get("test_losses", []),
                   held.get("seconds", 0.0), held.get("reason", ""))
