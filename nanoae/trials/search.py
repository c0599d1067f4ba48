"""A search: candidates of settings, each trained on every fold; the lowest mean validation loss wins.

    search = Search(recipe, settings, spaces(type(settings), ["lr", "latent"]), trials=20, folds=5)
    outcomes = random_search(search, directory, workers=2)

Candidates times folds are cells, so a search resumes, runs on workers, and goes on where a candidate fails.
"""
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..data.folds import Fold
from ..sealed import read_json
from .cells import FAILED, Cell, run_cells
from .opened import folder_of

ALONE = 5    # folds that are cut where only one of them is held out


@dataclass(frozen=True)
class Search:
    """What is searched. ranges: of `nanoae.trials.space`; folds: parts of the training images, each held out
    once; 1: one of five is. storage, study: where Optuna keeps its trials, and under which name; owner: whose trials
    this process carries out."""

    recipe: Any
    settings: Any
    ranges: tuple
    trials: int = 5
    folds: int = 5
    storage: str | None = None
    study: str = ""
    owner: str = ""

    def draw(self, k):
        """The values of candidate k at random; the same for the same seed, whatever came before."""
        rng = np.random.default_rng([self.settings.seed, k])
        return {one.name: one.draw(rng) for one in self.ranges}

    def cells(self, k, values):
        """A cell for each fold of candidate k."""
        settings, method = replace(self.settings, **values), self.recipe.methods(self.settings)[-1]
        how = getattr(settings, "split", "shuffled")
        return [Cell(self.recipe, settings, method, {"candidate": k, "fold": number},
                     fold=Fold(number, max(self.folds, ALONE if self.folds == 1 else 2), how, settings.seed))
                for number in range(self.folds)]

    def outcome(self, path, k, values):
        """The Outcome of candidate k, as far as its cells in the directory tell."""
        folders = [folder_of(path, cell.name) for cell in self.cells(k, values)]
        summaries = [read_json(folder / "summary.json") for folder in folders]
        failed = [read_json(folder / FAILED) for folder, summary in zip(folders, summaries) if summary is None]
        reasons = [found["reason"] for found in failed if found]
        ended = [summary for summary in summaries if summary]
        state = "complete" if len(ended) == self.folds else "failed" if reasons else "running"
        return Outcome(k, values, state, [one["validation_loss"] for one in ended], [one["test_loss"] for one in ended],
                       sum(one["seconds"] for one in ended), reasons[0] if reasons else "")


@dataclass
class Outcome:
    """What became of a candidate. state: complete, pruned, failed or running; scores: validation losses, one a fold."""

    number: int
    values: dict
    state: str
    scores: list = field(default_factory=list)
    test_losses: list = field(default_factory=list)
    seconds: float = 0.0
    reason: str = ""

    @property
    def score(self):
        """The mean over folds, None where it did not come to its end."""
        return float(np.mean(self.scores)) if self.state == "complete" else None

    @property
    def name(self):
        return f"candidate-{self.number}"

    def words(self):
        """'lr=0.01 latent=8'."""
        return " ".join(f"{name}={value}" for name, value in self.values.items())


def best_of(outcomes):
    """The complete Outcome of the lowest score, or None."""
    return min((one for one in outcomes if one.state == "complete"), key=lambda one: one.score, default=None)


class BestSoFar:
    """Progress that also tells of each candidate that is the best so far."""

    def __init__(self, progress):
        self.progress, self.best = progress, None

    def __getattr__(self, name):
        return getattr(self.progress, name)

    def tell(self, outcome, news=True):
        """A candidate came to its end; news: now, not before the search went on."""
        if outcome.state == "complete" and (self.best is None or outcome.score < self.best.score):
            self.best = outcome
            if news:
                self.progress.note(f"best so far: {outcome.name}, validation loss {outcome.score:.5f}: "
                                   f"{outcome.words()}")


class Watched(BestSoFar):
    """The same, told of cells: a candidate has come to its end with the last of its folds."""

    def __init__(self, progress, search, path):
        super().__init__(progress)
        self.search, self.path = search, path

    def skipped(self, cell):
        self.progress.skipped(cell)
        self.tell(self.of(cell), news=False)

    def finished(self, cell):
        self.progress.finished(cell)
        self.tell(self.of(cell))

    def of(self, cell):
        """The Outcome of a cell's candidate."""
        k = cell.labels["candidate"]
        return self.search.outcome(self.path, k, self.search.draw(k))


def random_search(search, directory, workers, progress):
    """Carries out what is not finished; returns the Outcomes in their order."""
    candidates = {k: search.draw(k) for k in range(search.trials)}
    cells = [cell for k, values in candidates.items() for cell in search.cells(k, values)]
    run_cells(cells, directory, workers, Watched(progress, search, directory.path))
    return [search.outcome(directory.path, k, values) for k, values in candidates.items()]
