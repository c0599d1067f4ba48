"""Searches: ranges, the same table after kills, every trial once, failures reported, and what is refused."""
import csv
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from nanoae.cli import main
from nanoae.recipes import get_recipe
from nanoae.sealed import read_json
from nanoae.trials.search import Search
from nanoae.trials.space import Range, spaces
from tests.recipes.small_set import write_digits

Mnist, Fashion = get_recipe("mnist-autoencoder").Settings, get_recipe("fashion-autoencoder").Settings


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    return write_digits(tmp_path_factory.mktemp("set") / "digits")


def command(digits, out, *more):
    return ["tune", "mnist-autoencoder", "--data", digits, "--epochs", "2", "--backend", "numpy", "--out", str(out),
            *map(str, more)]


def rows(out):
    with open(out / "trials.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_declared_ranges_and_given_ones():
    batch, lr, latent, dropout = spaces(Mnist, get_recipe("mnist-autoencoder").searched)
    assert (batch.whole, batch.log, lr.log, dropout.log) == (True, True, True, False)
    given = spaces(Mnist, ["lr=0.001:0.01", "latent=4:8:log", "optimizer=adam,sgd"])
    assert given == (Range("lr", 0.001, 0.01), Range("latent", 4, 8, True, True),
                     Range("optimizer", choices=("adam", "sgd")))
    assert [one.text() for one in given] == ["lr=0.001:0.01", "latent=4:8:log", "optimizer=adam,sgd"]
    nam = get_recipe("nam-autoencoder").Settings
    for Settings, texts in ((Mnist, ["lr=0.0012345678:0.1", "latent=5:1234567"]), (nam, ["keep_codes=true,false"])):
        exact = spaces(Settings, texts)    # a search that goes on reads its own texts again
        assert spaces(Settings, [one.text() for one in exact]) == exact
    assert spaces(Fashion, ["latent"])[0].high < 15    # the paper's bound
    rng = np.random.default_rng(0)
    for one in (batch, lr, latent, dropout, *given):
        for _ in range(200):
            value = one.draw(rng)
            assert value in one.choices if one.choices else one.low <= value <= one.high
            assert isinstance(value, int | str) or not one.whole


def test_a_logarithmic_range_is_even_in_decades():
    values = [Range("lr", 1e-4, 1, log=True).draw(np.random.default_rng(k)) for k in range(2000)]
    assert np.histogram(np.log10(values), bins=4, range=(-4, 0))[0] == pytest.approx([500] * 4, abs=80)


@pytest.mark.parametrize(("over", "message"), [
    (["laten"], "there is no setting 'laten' to search.*did you mean 'latent'"),
    (["loss"], "loss has no range of its own: say --over loss=low:high"),
    (["lr", "lr"], "lr is to be searched twice"),
    (["latent=1:0"], "low below high"),
    (["latent=0:5"], "latent is at least 1; got 0"),
    (["lr=a:b"], "takes low:high of floats; got 'a:b'"),
    (["lr=0:1:log"], "above 0 for log"),
    (["optimizer=adam,adm"], "did you mean 'adam'"),
    ([], "varies at least one setting"),
    (["settings=ours,paper"], "settings is no setting to search"),
])
def test_ranges_that_cannot_be(over, message):
    with pytest.raises(ValueError, match=message):
        spaces(Mnist, over)


def test_candidates_depend_on_seed_and_number_alone():
    recipe = get_recipe("mnist-autoencoder")
    search = Search(recipe, Mnist(seed=3), spaces(Mnist, recipe.searched))
    assert search.draw(4) == Search(recipe, Mnist(seed=3), search.ranges, trials=50).draw(4)
    assert search.draw(4) != search.draw(5)
    assert search.draw(4) != Search(recipe, Mnist(seed=4), search.ranges).draw(4)
    cells = search.cells(2, search.draw(2))
    assert [cell.name for cell in cells] == [f"candidate-2-fold-{k}" for k in range(5)]
    assert len({cell.settings.seed for cell in cells}) == 1


def test_a_search_writes_its_table_and_its_winner_s_command(digits, tmp_path, capsys):
    out = tmp_path / "search"
    assert main(command(digits, out, "--trials", 3, "--folds", 2, "--over", "latent", "lr")) == 0
    printed = capsys.readouterr()
    found, summary = rows(out), read_json(out / "summary.json")
    assert [row["candidate"] for row in found] == ["0", "1", "2"]
    best = min(found, key=lambda row: float(row["validation_loss"]))
    assert summary["best"]["number"] == int(best["candidate"])
    assert f"--set latent={best['latent']} lr={best['lr']}" in summary["command"]
    assert summary["command"] in printed.out
    assert "best so far: candidate-0" in printed.err
    for row in found:
        cells = [read_json(out / "cells" / f"candidate-{row['candidate']}-fold-{k}" / "summary.json") for k in (0, 1)]
        assert float(row["validation_loss"]) == pytest.approx(np.mean([cell["validation_loss"] for cell in cells]))
        assert float(row["test_loss"]) == pytest.approx(np.mean([cell["test_loss"] for cell in cells]))
    before = (out / "settings.png").read_bytes(), (out / "best.png").read_bytes()
    assert main(["report", str(out)]) == 0
    assert ((out / "settings.png").read_bytes(), (out / "best.png").read_bytes()) == before
    assert summary["command"] in capsys.readouterr().out
    # two more candidates; those that are there stay
    assert main(command(digits, out, "--trials", 4, "--resume")) == 0
    assert rows(out)[:3] == found
    assert len(rows(out)) == 4


def test_a_candidate_that_fails_is_reported_and_the_others_go_on(digits, tmp_path, capsys):
    out = tmp_path / "search"
    assert main(command(digits, out, "--trials", 4, "--folds", 1, "--over", "lr=0.001,1e30", "--optimizer", "sgd",
                        "--seed", 1)) == 0
    found = rows(out)
    assert {row["state"] for row in found} == {"complete", "failed"}
    for row in found:
        assert (row["state"] == "failed") == (row["lr"] == "1e+30")
        assert ("loss" in row["reason"]) == (row["state"] == "failed")
    assert "(the loss is" in capsys.readouterr().out


@pytest.mark.parametrize(("more", "message"), [
    (["--over", "laten"], "there is no setting 'laten'"),
    (["--trials", "0"], "--trials and --folds are at least 1"),
    (["--folds", "301"], "cannot be cut into 301 folds"),
    (["--storage", "x.log"], "--storage and --study are Optuna's: say --engine optuna"),
    (["--engine", "optuna", "--storage", "/nowhere/x.log"], f"there is no folder {Path('/nowhere')}"),
    (["--resume"], "no run directory"),
])
def test_bad_input_is_one_line(digits, tmp_path, capsys, more, message):
    assert main(command(digits, tmp_path / "search", *more)) in (1, 2)
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) <= 2    # what the data are may stand before it


def test_a_search_over_a_classifier_needs_a_trained_encoder(digits, tmp_path, capsys):
    assert main(["tune", "mnist-classifier", "--data", digits, "--over", "lr", "--out", str(tmp_path / "x")]) == 2
    assert "name a trained one with --set encoder=RUN" in capsys.readouterr().err


def test_a_run_is_no_search(digits, tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["run", "mnist-autoencoder", "--data", digits, "--epochs", "1", "--backend", "numpy", "--out",
                 str(out)]) == 0
    capsys.readouterr()
    assert main(command(digits, out, "--resume")) == 2
    assert "is of a run of mnist-autoencoder, not of a search" in capsys.readouterr().err


def epochs_written(out):
    """The number of epochs that all cells' histories tell."""
    return sum(len(history.read_text().splitlines()) for history in out.rglob("history.jsonl"))


def killed_and_resumed(arguments, out, kills, apart):
    """Starts the command, kills it with SIGKILL once it wrote `apart` more epochs, and resumes it to its end.

    Epochs and no seconds, so that a fast machine does not end the command before its last kill.
    """
    chance, done = random.Random(0), 0
    while True:
        resume = ["--resume"] if (out / "config.json").exists() else []
        process = subprocess.Popen([sys.executable, "-m", "nanoae", *arguments, *resume], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        if done < kills:
            while epochs_written(out) < 1 + apart * done and process.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.1))
            done += process.poll() is None
            process.kill()
        error = process.communicate()[1]
        if process.returncode == 0:
            return done
        assert process.returncode == -9, error.decode()


LONG = ["--trials", "4", "--folds", "2", "--over", "latent", "lr"]


@pytest.mark.slow
def test_a_random_search_killed_three_times_ends_with_the_same_table(digits, tmp_path):
    whole, hurt = tmp_path / "whole", tmp_path / "hurt"
    arguments = [one if one != "2" else "6" for one in command(digits, whole)]
    assert main([*arguments, *LONG]) == 0
    arguments = [one if one != str(whole) else str(hurt) for one in arguments]
    assert killed_and_resumed([*arguments, *LONG], hurt, 3, 12) == 3
    assert rows(hurt) == rows(whole)


pytest.importorskip("optuna", reason="extra tune")
OPTUNA = ["--engine", "optuna", "--over", "latent", "lr"]


@pytest.mark.slow
def test_an_optuna_search_killed_three_times_counts_every_trial_once(digits, tmp_path):
    out = tmp_path / "search"
    arguments = [one if one != "2" else "6" for one in command(digits, out)] + [*OPTUNA, "--trials", "6"]
    assert killed_and_resumed(arguments, out, 3, 9) == 3
    found = rows(out)
    assert [row["candidate"] for row in found] == list("012345")
    assert {row["state"] for row in found} <= {"complete", "pruned"}
    assert {row["latent"] for row in found} != {found[0]["latent"]}
    for row in found:
        cells = list((out / "cells").glob(f"candidate-{row['candidate']}-fold-*"))
        assert len(cells) == 1
        assert (cells[0] / "summary.json").exists() == (row["state"] == "complete")


@pytest.mark.slow
def test_two_processes_on_one_storage_share_the_work(digits, tmp_path):
    storage, outs = tmp_path / "trials.log", [tmp_path / "a", tmp_path / "b"]

    def search(out):
        return subprocess.run([sys.executable, "-m", "nanoae", *command(digits, out), *OPTUNA, "--trials", "8",
                               "--storage", str(storage)], capture_output=True, env=dict(os.environ), check=False)

    with ThreadPoolExecutor() as pool:
        for done in pool.map(search, outs):
            assert done.returncode == 0, done.stderr.decode()
    taken = [{int(path.name.split("-")[1]) for path in (out / "cells").iterdir()} for out in outs]
    assert taken[0] | taken[1] == set(range(8))
    assert not taken[0] & taken[1]
    assert taken[0]
    assert taken[1]
    assert main([*command(digits, outs[0]), "--trials", "10", "--resume"]) == 0
    more = rows(outs[0])
    assert len(more) == 10
    assert {row["state"] for row in more} <= {"complete", "pruned"}
    states = [{row["candidate"]: row["state"] for row in rows(out)} for out in outs]
    assert any(set(found.values()) <= {"complete", "pruned"} for found in states)    # the last one sees all


def test_a_search_goes_on_with_each_optimizer_s_own_learning_rate(digits, tmp_path):
    out = tmp_path / "search"
    more = ["--folds", "1", "--over", "optimizer=adadelta,sgd"]
    assert main(command(digits, out, "--trials", 1, *more)) == 0
    assert main(command(digits, out, "--trials", 2, "--resume")) == 0
    whole = tmp_path / "whole"
    assert main(command(digits, whole, "--trials", 2, *more)) == 0
    assert rows(out) == rows(whole)
    assert "lr=" not in read_json(out / "summary.json")["command"]


def test_a_study_of_another_search_is_refused_and_a_moved_one_goes_on(digits, tmp_path, capsys):
    storage = ["--storage", str(tmp_path / "trials.log")]
    assert main([*command(digits, tmp_path / "a"), *OPTUNA, "--trials", "2", *storage]) == 0
    assert main([*command(digits, tmp_path / "b"), *OPTUNA[:2], "--over", "lr", "--trials", "2", *storage]) == 2
    assert "is of another search" in capsys.readouterr().err.splitlines()[-1]
    (tmp_path / "a").rename(tmp_path / "c")
    assert main([*command(digits, tmp_path / "c"), "--trials", "4", "--resume"]) == 0
    assert [row["candidate"] for row in rows(tmp_path / "c")] == list("0123")
    assert main([*command(digits, tmp_path / "d"), *OPTUNA, "--storage", "foo://bar"]) == 2
    assert len(capsys.readouterr().err.splitlines()[-1].split("cannot be used")) == 2


@pytest.mark.slow
def test_optuna_prunes_and_workers_share_a_search(digits, tmp_path):
    out = tmp_path / "search"
    assert main([*command(digits, out), *OPTUNA[:2], "--over", "lr=1e-9,0.01", "--trials", "14", "--workers", "2"]) == 0
    found = rows(out)
    assert [int(row["candidate"]) for row in found] == list(range(14))
    good = [row for row in found if row["state"] == "complete"]
    assert good
    assert min(good, key=lambda row: float(row["validation_loss"]))["lr"] == "0.01"
    pruned = [row for row in found if row["state"] == "pruned"]
    assert pruned
    assert all(row["lr"] == "1e-09" and "pruned after epoch" in row["reason"] for row in pruned)
