"""Cells: skipped where finished, gone on with where left, recorded where they fail; the same bits on any workers."""
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from nanoae import load_run
from nanoae.cli import main
from nanoae.recipes.anamo import recipe
from nanoae.sealed import read_json
from nanoae.training import NonFiniteLoss, RunDirectory, RunError
from nanoae.trials import Cell, Run, run_cells
from tests.kill_harness import same_results
from tests.systems import LOCK_FILE, POSIX

FEW = ["--set", "trials=2", "epochs=3", "decoder_steps=3", "methods=adam,anamo"]


def settings(**given):
    return recipe.Settings(**{"trials": 2, "epochs": 3, "decoder_steps": 3, "methods": "adam,anamo",
                              "backend": "numpy"} | given)


def run(out, *more):
    return main(["run", "anamo", *FEW, "--out", str(out), *map(str, more)])


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    out = tmp_path_factory.mktemp("cells") / "run"
    assert run(out) == 0
    return out


def test_each_training_has_a_directory_of_its_own(finished):
    names = {path.name for path in (finished / "cells").iterdir()}
    assert names == {f"{method}-trial-{trial}" for method in ("adam", "anamo") for trial in (0, 1)}
    for name in names:
        assert {path.name for path in (finished / "cells" / name).iterdir()} == LOCK_FILE | {
            "config.json", "history.jsonl", "checkpoint.safetensors", "weights.safetensors", "summary.json"}
        trial = int(name[-1])
        assert read_json(finished / "cells" / name / "config.json")["seed"] == trial
    assert not (finished / ".stop").exists()
    opened = Run(finished, recipe)
    assert [cell.labels for cell in opened.of("anamo")] == [{"trial": 0}, {"trial": 1}]
    assert load_run(finished).path == finished / "cells" / "anamo-trial-0"


def test_names_of_cells():
    s = settings()
    names = [Cell(recipe, s, method, labels).name for method, labels in (
        ("", {}), ("", {"trial": 2}), ("nam", {}), ("nam", {"penalty": 1e-8, "trial": 0}))]
    assert names == ["", "trial-2", "nam", "nam-penalty-1e-08-trial-0"]


@pytest.mark.slow
def test_workers_give_the_same_bits(finished, tmp_path):
    assert run(tmp_path / "run", "--workers", 2) == 0
    assert same_results(finished, tmp_path / "run")


def test_finished_cells_are_skipped_and_lost_ones_made_again(finished, tmp_path, capsys):
    out = tmp_path / "run"
    assert run(out) == 0
    kept = out / "cells" / "adam-trial-0"
    before = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    (out / "summary.json").unlink()
    (out / "cells" / "anamo-trial-1" / "summary.json").unlink()
    assert run(out, "--resume") == 0
    assert {path.name: path.stat().st_mtime_ns for path in kept.iterdir()} == before
    assert same_results(finished, out)
    assert "4/4  anamo-trial-1 is done" in capsys.readouterr().err


def test_a_failed_cell_is_recorded_and_the_others_go_on(finished, tmp_path, monkeypatch, capsys):
    original = recipe.optimizer

    def broken(self, s, net, method):
        if method == "adam" and s.seed == 1:
            raise NonFiniteLoss("the loss is nan")
        return original(s, net, method)

    monkeypatch.setattr(type(recipe), "optimizer", broken)
    out = tmp_path / "run"
    assert run(out) == 1
    err = capsys.readouterr().err
    assert "adam-trial-1 FAILED: the loss is nan" in err
    assert "adam-trial-1 failed and is left out of the figures" in err
    assert read_json(out / "cells" / "adam-trial-1" / "failed.json") == {"reason": "the loss is nan",
                                                                          "error": "NonFiniteLoss"}
    summary = read_json(out / "summary.json")
    assert summary["failed"] == {"adam-trial-1": "the loss is nan"}
    assert len(summary["metrics"]["anamo_test_bias_values"]) == 2
    assert isinstance(summary["metrics"]["adam_test_bias"], float)
    monkeypatch.undo()
    assert run(out, "--resume") == 0    # tries it again
    assert same_results(finished, out)
    assert run(out, "--resume") == 0
    assert "finished already" in capsys.readouterr().err


def test_a_method_without_any_result_is_an_error_and_a_resume_tries_again(finished, tmp_path, monkeypatch, capsys):
    original = recipe.optimizer

    def broken(self, s, net, method):
        if method == "adam":
            raise NonFiniteLoss("the loss is nan")
        return original(s, net, method)

    monkeypatch.setattr(type(recipe), "optimizer", broken)
    out = tmp_path / "run"
    assert run(out) == 1
    assert "no training of adam came to its end" in capsys.readouterr().err
    assert not (out / "summary.json").exists()
    monkeypatch.undo()
    assert run(out, "--resume") == 0
    assert not (out / "cells" / "adam-trial-0" / "failed.json").exists()
    assert same_results(finished, out)


def test_what_needs_a_failed_cell_fails_with_its_name(tmp_path):
    s = settings()
    bad = Cell(recipe, replace(s, backend="none such"), "adam", {"trial": 7})
    good = Cell(recipe, s, "anamo", {"trial": 8})
    needy = Cell(recipe, s, "adam", needs=(bad, good))
    with RunDirectory("x", tmp_path / "run") as directory:
        failed = run_cells([needy, bad, good], directory)
        assert set(failed) == {"adam", "adam-trial-7"}
        assert "none such" in failed["adam-trial-7"]
        assert failed["adam"] == "it needs adam-trial-7, which failed"
        assert (directory.path / "cells" / "anamo-trial-8" / "summary.json").exists()
        with pytest.raises(ValueError, match="need each other"):
            run_cells([Cell(recipe, s, "adam", needs=(Cell(recipe, s, "adam"),))], directory)


def test_a_cell_sees_what_it_needs_finished(tmp_path):
    seen = {}

    class Watching(type(recipe)):
        def settle(self, s, method, needed):
            seen[method] = {name: cell.summary["method"] for name, cell in needed.items()}
            return s

    watching, s = Watching(), settings(epochs=1, decoder_steps=1)
    first = Cell(watching, s, "anamo")
    second = Cell(watching, s, "adam", needs=(first,))
    with RunDirectory("x", tmp_path / "run") as directory:
        assert run_cells([second, first], directory) == {}
    assert seen == {"anamo": {}, "adam": {"anamo": "anamo"}}


LONG = ["--set", "trials=2", "epochs=60", "decoder_steps=3", "methods=adam,anamo"]


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    out = tmp_path_factory.mktemp("long") / "run"
    assert main(["run", "anamo", *LONG, "--workers", "2", "--out", str(out)]) == 0
    return out


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_saves_every_cell_and_a_resume_ends_alike(workers, long, tmp_path):
    out = tmp_path / "run"
    command = [sys.executable, "-m", "nanoae", "run", "anamo", *LONG, "--workers", workers, "--out", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not list(out.glob("cells/*/checkpoint.safetensors")):
        time.sleep(0.02)
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert f"go on with --resume --out {out}" in err
    assert "Traceback" not in err
    assert not (out / ".stop").exists()
    assert not (out / "summary.json").exists()
    assert main(["run", "anamo", *LONG, "--workers", workers, "--resume", "--out", str(out)]) == 0
    assert same_results(long, out)


def test_workers_end_with_a_killed_run(tmp_path):
    out = tmp_path / "run"
    process = subprocess.Popen([sys.executable, "-m", "nanoae", "run", "anamo", "--set", "trials=4", "epochs=4000",
                                "methods=anamo", "--workers", "2", "--out", str(out)], stderr=subprocess.DEVNULL)
    while not list(out.glob("cells/*/checkpoint.safetensors")):
        time.sleep(0.05)
        assert process.poll() is None
    process.kill()
    process.wait()
    place = next(out.glob("cells/*/checkpoint.safetensors")).parent
    until = time.monotonic() + 10
    while True:    # its writer's lock ends with it
        try:
            with RunDirectory("x", place, resume=True):
                break
        except RunError:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_a_cell_waits_a_moment_for_a_lock(tmp_path):
    code = ("import sys, time; from nanoae.training import RunDirectory; d = RunDirectory('x', sys.argv[1]); "
            "d.write_json('config.json', {}); print('ready', flush=True); time.sleep(1.5)")
    process = subprocess.Popen([sys.executable, "-c", code, tmp_path / "run"], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    with pytest.raises(RunError, match="being written by another process"):
        RunDirectory("x", tmp_path / "run", resume=True, wait=0.2)
    with RunDirectory("x", tmp_path / "run", resume=True, wait=30):
        pass
    process.communicate()


def test_a_run_that_is_left_before_its_first_step_can_be_resumed(tmp_path, monkeypatch):
    """config.json is the first file of all: without it a directory is no run's."""
    original, written = RunDirectory.replace, []
    monkeypatch.setattr(RunDirectory, "replace", lambda self, name, content: (
        written.append(name), original(self, name, content)))
    for name, more in (("mnist-autoencoder", ["--data", "shapes", "--epochs", "1", "--backend", "numpy"]),
                       ("anamo", FEW)):
        written.clear()
        assert main(["run", name, *more, "--out", str(tmp_path / name)]) == 0
        assert written[0] == "config.json"


def test_a_stop_that_was_asked_for_in_another_process_is_seen(tmp_path):
    from nanoae.trials.workers import Stop
    stop = Stop(tmp_path / "stop")
    assert not stop.requested
    (tmp_path / "stop").touch()
    stop.looked = 0.0
    assert stop.requested


@pytest.mark.slow
def test_a_run_of_cells_killed_again_and_again_ends_alike(tmp_path):
    from tests.kill_harness import kill_and_resume
    outcome = kill_and_resume(["--workers", "2", "--set", "trials=3"], tmp_path, kills=5, within=3.0, recipe="anamo")
    assert outcome.kills == 5
    assert outcome.identical


def test_a_matrix_library_has_one_thread_in_every_cell_of_several(tmp_path, monkeypatch):
    from threadpoolctl import threadpool_info, threadpool_limits
    seen = []
    monkeypatch.setattr("nanoae.trials.cells.train_cell", lambda *_: seen.append(
        {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}))
    with RunDirectory("x", tmp_path / "run") as directory, threadpool_limits(2, "blas"):
        run_cells([Cell(recipe, settings(), "adam")], directory)
    assert seen == [{1}]
