"""A search by Optuna (extra `tune`): it proposes each candidate from the scores of those before, and prunes.

Each process takes the next trial from the storage (`optuna_study.py`) and trains that candidate in its own run
directory. A trial that was left by a kill belongs to the search whose cells are there: --resume goes on with it.
"""
import warnings
from dataclasses import dataclass
from typing import Any

from ..sealed import read_json
from ..training import Interrupted
from ..training.interrupt import noted_interrupts
from ..training.plain_progress import Nobody
from .cells import STOP, attempt, is_finished
from .opened import folder_of
from .optuna_study import SURPLUS, counted, is_left, open_study, outcome_of
from .search import BestSoFar
from .workers import in_workers


@dataclass(frozen=True)
class Turn:
    """One trial to carry out: a new one, or that of a number."""

    search: Any
    number: int | None = None

    @property
    def settings(self):
        return self.search.settings


class Pruned(Exception):
    """The trial is stopped: it will not be the best."""


class Reporting:
    """Progress that reports each epoch's validation loss to Optuna, with the scores of the folds before."""

    def __init__(self, progress, trial, scores, epochs):
        self.progress, self.trial, self.scores, self.epochs = progress, trial, scores, epochs
        self.pruned = False

    def __getattr__(self, name):
        return getattr(self.progress, name)

    def epoch(self, epoch, line):
        self.progress.epoch(epoch, line)
        losses = [*self.scores, line["validation_loss"]]
        step = len(self.scores) * self.epochs + epoch.number
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")    # a resumed trial reports an epoch twice
            self.trial.report(sum(losses) / len(losses), step)
        if self.trial.should_prune():
            self.pruned = True
            raise Pruned(f"pruned after epoch {epoch.number}")


def optuna_search(search, directory, workers, progress):
    """Carries out what is left of the study; returns the Outcomes of all its trials, those of other processes, too."""
    path, stop_file = directory.path, directory.path / STOP
    study = open_study(search)
    progress, left = BestSoFar(progress), []
    for trial in counted(study)[:search.trials]:
        if is_left(trial, search):
            left.append(trial.number)
        elif trial.state.is_finished():
            outcome = outcome_of(search, trial)
            progress.skipped(outcome)
            progress.tell(outcome, news=False)
    new = search.trials - len(counted(study))
    turns = [Turn(search, number) for number in left] + [Turn(search)] * max(new, 0)
    stop_file.unlink(missing_ok=True)
    try:
        with noted_interrupts(stop_file) as stop:
            ended = (in_workers(take_turn, turns, path, stop_file, min(workers, len(turns))) if workers > 1 and turns
                     else (take_turn(turn, path, stop, progress) for turn in turns))
            for number in ended:
                if number is not None:
                    outcome = outcome_of(search, study.get_trials(deepcopy=False)[number])
                    (progress.failed(outcome, outcome.reason) if outcome.state == "failed" else
                     progress.finished(outcome))
                    progress.tell(outcome)
            if stop.requested:
                raise Interrupted(f"interrupted and saved; go on with --resume --out {path}")
    finally:
        stop_file.unlink(missing_ok=True)
    outcomes = [outcome_of(search, trial) for trial in counted(study)[:search.trials]]
    elsewhere = sum(one.state == "running" for one in outcomes)
    if elsewhere:
        progress.note(f"{elsewhere} of the trials are still running in other processes: what comes next leaves them "
                      f"out; --resume --out {path} tells again")
    return outcomes


def take_turn(turn, path, stop, progress=None):
    """Carries out one trial, here or in a worker; returns its number, or None where none was left or it was stopped."""
    import optuna
    search, study = turn.search, open_study(turn.search)
    if stop.requested:
        return None
    if turn.number is None:
        if len(counted(study)) >= search.trials:
            return None
        trial = study.ask()
        trial.set_user_attr("owner", search.owner)
        if trial.number not in [one.number for one in counted(study)[:search.trials]]:    # another was quicker
            trial.set_user_attr(SURPLUS, True)
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            return None
    else:
        trial = optuna.trial.Trial(study, study.get_trials(deepcopy=False)[turn.number]._trial_id)
        trial.set_user_attr("owner", search.owner)
    # by its number: processes that begin together must not propose the same
    study.sampler = optuna.samplers.TPESampler(seed=1000 * search.settings.seed + trial.number)
    values = {one.name: one.suggest(trial) for one in search.ranges}
    scores: list = []
    tests, seconds = [], 0.0
    for cell in search.cells(trial.number, values):
        if not is_finished(path, cell):
            reporting = Reporting(progress or Nobody(), trial, scores, search.settings.epochs)
            reporting.begins(cell)
            reason = attempt(cell, path, reporting, stop)
            if reason == STOP:
                return None
            if reason is not None:
                trial.set_user_attr("reason", reason)
                state = "PRUNED" if reporting.pruned else "FAIL"
                study.tell(trial, state=optuna.trial.TrialState[state])
                return trial.number
        summary = read_json(folder_of(path, cell.name) / "summary.json")
        scores.append(summary["validation_loss"])
        tests.append(summary["test_loss"])
        seconds += summary["seconds"]
    for name, value in (("scores", scores), ("test_losses", tests), ("seconds", seconds)):
        trial.set_user_attr(name, value)
    study.tell(trial, sum(scores) / len(scores))
    return trial.number
