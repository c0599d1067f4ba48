"""A search over a recipe's settings, from its arguments to its table: `nanoae tune`."""
import csv
import io
import uuid
from dataclasses import asdict, fields, replace
from pathlib import Path
from shlex import quote

import numpy as np

from ..pictures import save
from ..pictures.search import best_so_far, scores_by_setting
from ..sealed import read_json
from ..training import RunDirectory, RunError
from ..training.progress import make_progress
from ..trials.optuna_search import optuna_search
from ..trials.own_files import check_unchanged
from ..trials.search import Outcome, Search, best_of, random_search
from ..trials.space import spaces
from ..trials.train_cell import config_of
from ..versions import versions
from .given import resumed

ENGINES = {"random": random_search, "optuna": optuna_search}


def tune(recipe, s, over=(), trials=5, folds=5, engine="random", storage=None, study=None, owner=None, resume=False,
         workers=1, progress=None):
    """Searches over the recipe's settings from s on; returns (path of its directory, summary).

    over: texts of `nanoae.trials.space`; none: the recipe's `searched`. folds: how many are held out in turn; 1: one of
    five. Raises ValueError for what cannot be searched, RunError where no candidate came to its end.
    """
    owner = owner or uuid.uuid4().hex    # whose a trial in the storage is, wherever the directory is moved
    search = make_search(recipe, s, over or recipe.searched, trials, folds, storage, study, owner)
    with RunDirectory(f"tune-{recipe.short}", s.out, resume) as out:
        if engine == "optuna" and search.storage is None:
            search = replace(search, storage=str(out.path.resolve() / "journal.log"))
        data = recipe.data(s)
        for cell in search.cells(0, {}):
            cell.fold.check(data.train_labels)
        told = {"engine": engine, "trials": trials, "folds": folds, "over": [one.text() for one in search.ranges],
                "storage": storage, "study": search.study, "owner": owner}
        kept = {"lr": s.lr} if hasattr(s, "lr") else {}    # none stays none: each optimizer's own
        check_unchanged(out.read_json("config.json") or {}, out.path)
        out.write_json("config.json", config_of(recipe, s, data, out.path) | kept | {"tune": told})
        with (progress or make_progress)(trials * folds if engine == "random" else trials) as shown:
            shown.note(data.sentence())
            outcomes = ENGINES[engine](search, out, workers, shown)
        best = best_of(outcomes)
        if best is None:
            raise RunError("no candidate came to its end: " + "; ".join(
                f"{one.name}: {one.reason}" for one in outcomes if one.reason) + f". See {out.path}")
        summary = {"recipe": recipe.name, "data": data.name, "data_source": data.source, "seed": s.seed,
                   "epochs": s.epochs, **told, "best": asdict(best), "command": command(recipe, s, best),
                   "metrics": {"validation_loss": best.score, "test_loss": float(np.mean(best.test_losses))},
                   "versions": versions(s.backend), "candidates": [asdict(one) for one in outcomes],
                   "paper": recipe.found.figures if recipe.found and recipe.found.is_of(s, data.name) else {}}
        out.replace("trials.csv", table(outcomes).encode())
        out.write_json("summary.json", summary)
        draw(out.path, f"search of {recipe.name} on {data.name}", search.ranges, outcomes)
    return out.path, summary


def make_search(recipe, s, over, trials, folds, storage, study, owner):
    """The Search. Raises ValueError where it cannot be."""
    if trials < 1 or folds < 1:
        raise ValueError(f"--trials and --folds are at least 1; got {trials} and {folds}")
    if not recipe.searchable:
        raise ValueError(f"{recipe.name} cannot be searched: it has no loss on folds of its training images")
    if recipe.needed(s, {}):
        raise ValueError(f"{recipe.name} trains an encoder first, which a search would do for every candidate: name a "
                         "trained one with --set encoder=RUN")
    if getattr(s, "folds", 1) > 1:
        s = replace(s, folds=1)    # the search's own folds
    return Search(recipe, s, spaces(type(s), over), trials, folds, storage, study or recipe.name, owner)


def settings_of(recipe, config, given):
    """(settings, the search's arguments) of a search that goes on. Raises ValueError where it is another's."""
    if "tune" not in config:
        raise ValueError(f"that directory is of a run of {config.get('recipe')}, not of a search")
    return resumed(recipe, config, given), config["tune"]


def told(recipe, chosen, kept):
    """A search's arguments from what was chosen (None: nothing), and what config.json kept of a search that goes on;
    only the number of trials may be another then. Raises ValueError."""
    chosen = {name: value for name, value in chosen.items() if value not in (None, [])}
    if "over" in chosen:
        chosen["over"] = [one.text() for one in spaces(recipe.Settings, chosen["over"])]
    for name, value in chosen.items():
        if name in kept and name != "trials" and value != kept[name]:
            raise ValueError(f"a resumed search keeps what it was told: {name} is {kept[name]} there, {value} here")
    optuna = (kept | chosen).get("engine") == "optuna"
    if not optuna and {"storage", "study"} & set(chosen):
        raise ValueError("--storage and --study are Optuna's: say --engine optuna")
    return {"trials": 20 if optuna else 5, "folds": 1 if optuna else 5} | kept | chosen


def command(recipe, s, best):
    """What trains the winner, with what was set beside it."""
    default, left = type(s)(), {"out", "data", "data_dir", "epochs", "seed", "backend", "dtype", "folds", *best.values}
    beside = {one.name: getattr(s, one.name) for one in fields(s)
              if one.name not in left and getattr(s, one.name) != getattr(default, one.name)}
    named = {"optimizer": best.values.get("optimizer", beside.pop("optimizer", None))}
    pairs = " ".join(f"{name}={value}" for name, value in {**beside, **best.values}.items() if name != "optimizer")
    chosen = f" --optimizer {quote(named['optimizer'])}" if named["optimizer"] else ""
    data = "".join(f" --{name} {quote(value)}" for name, value in (("data", s.data), ("data-dir", s.data_dir)) if value)
    return f"nanoae run {quote(recipe.name)}{data}{chosen}" + (f" --set {pairs}" if pairs else "")


def table(outcomes):
    """trials.csv: a line a candidate."""
    text = io.StringIO()
    names = list(dict.fromkeys(name for one in outcomes for name in one.values))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["candidate", "state", "validation_loss", "lowest_fold", "highest_fold", "test_loss", *names,
                     "reason"])
    for one in outcomes:
        scores = [one.score, min(one.scores), max(one.scores), sum(one.test_losses) / len(one.test_losses)] if (
            one.state == "complete") else [""] * 4
        writer.writerow([one.number, one.state, *scores, *(one.values.get(name, "") for name in names), one.reason])
    return text.getvalue()


def draw(path, title, ranges, outcomes):
    """settings.png and best.png."""
    complete = [one for one in outcomes if one.state == "complete"]
    save(scores_by_setting(title, ranges, complete, best_of(outcomes)), Path(path) / "settings.png")
    save(best_so_far(title, outcomes), Path(path) / "best.png")


def report_search(path, recipe, config):
    """Draws a finished search's pictures again and returns the lines of its table. Raises RunError before its end."""
    summary = read_json(path / "summary.json")
    if summary is None:
        raise RunError(f"{path}: this search has not come to its end; --resume goes on with it")
    outcomes = [Outcome(**one) for one in summary["candidates"]]
    draw(path, f"search of {recipe.name} on {config['data_name']}", spaces(recipe.Settings, config["tune"]["over"]),
         outcomes)
    return list(lines(summary))


def lines(summary):
    """What a search came to, for people."""
    outcomes = [Outcome(**one) for one in summary["candidates"]]
    yield f"{'':10} {'validation loss':>16} {'test loss':>10}  settings"
    for one in sorted(outcomes, key=lambda one: one.score if one.score is not None else float("inf")):
        score = f"{one.score:16.5f} {sum(one.test_losses) / len(one.test_losses):10.5f}" if one.score is not None else (
            f"{one.state:>16} {'':10}")
        yield f"{one.number:10} {score}  {one.words()}{f'  ({one.reason})' if one.state == 'failed' else ''}"
    for name, value in summary["paper"].items():
        ours = summary["metrics"].get(name)
        yield f"{name.replace('_', ' ')}: the paper {value:g}, the best candidate {ours:.4g}" if ours else (
            f"{name.replace('_', ' ')}: the paper {value:g}")
    yield f"the best: {summary['command']}"
