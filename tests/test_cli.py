"""The command line: what it prints where, its exit codes, and one clear line for every wrong word."""
import json
import subprocess
import sys
from pathlib import Path

import pytest

from nanoae.cli import main, parser
from nanoae.recipes import RECIPES
from tests.data.test_data import write_set


def run(capsys, *arguments):
    """(exit code, standard output, standard error) of a command."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as leaving:
        code = leaving.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_run_prints_results_on_stdout_and_progress_on_stderr(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_set(tmp_path / "mnist", train=40, test=10)
    common = ("run", "mnist-autoencoder", "--data-dir", tmp_path, "--epochs", 1, "--backend", "numpy")
    code, out, err = run(capsys, *common)
    assert code == 0
    assert Path(out.splitlines()[-1]) == Path("runs/mnist-autoencoder-1")
    assert "40 training and 10 test images" in err
    assert "epoch 1/1" in err
    code, out, _ = run(capsys, *common, "--json", "--set", "latent=5", "--seed", 3)
    summary = json.loads(out.splitlines()[-1])
    assert len(out.splitlines()) == 1
    assert summary["seed"] == 3
    assert Path(summary["out"]) == Path("runs/mnist-autoencoder-2")
    code, out, err = run(capsys, *common, "--out", "runs/mnist-autoencoder-1")
    assert code == 1
    assert "nothing is overwritten" in err


def test_recipes_lists_settings(capsys):
    code, out, _ = run(capsys, "recipes")
    assert code == 0
    assert "mnist-autoencoder" in out
    recipes, papers = out.split("\n\n")
    assert [line.split()[0] for line in recipes.splitlines()] == list(RECIPES)
    assert papers.startswith("paper 1: Sayan Nag, ")
    assert len(papers.splitlines()) == 5
    code, out, _ = run(capsys, "recipes", "mnist-autoencoder")
    assert code == 0
    rows = {line.split()[0]: line for line in out.splitlines()}
    assert " ".join(rows["batch_size"].split()) == (
        "batch_size 128 at least 1 images in a mini-batch; a search tries 32 to 512 (log)")
    assert "ours, paper, paper-tuned" in rows["settings"]
    seen = (("setting", "default"), ("batch_size", "128"), ("loss", "mse"))
    starts = {rows[name].index(value) for name, value in seen}
    assert len(starts) == 1    # one column


def test_doctor_says_what_is_here(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = run(capsys, "doctor")
    assert code == 0
    for word in ("numpy", "numba", "rungs", "mnist", "cores", "threading layer", "matrix library", "GPU",
                 "free space", "cifar-10-batches-bin"):
        assert word in out


@pytest.mark.parametrize(("arguments", "code", "message"), [
    (("run", "mnist-autoencodr"), 2, "did you mean 'mnist-autoencoder'"),
    (("run", "mnist-autoencoder", "--optimizer", "adm"), 2, "did you mean 'adam'"),
    (("run", "mnist-autoencoder", "--backend", "nmpy"), 2, "did you mean 'numpy'"),
    (("run", "mnist-autoencoder", "--set", "latent=x"), 2, "latent is a whole number"),
    (("run", "mnist-autoencoder", "--data", "nowhere"), 1, "neither a folder nor a known set"),
    (("run", "mnist-autoencoder", "--data-dir", "/nowhere"), 1, "does not exist"),
    (("run", "mnist-autoencoder", "--epochs", "two"), 2, "invalid int value: 'two'"),
    (("run", "mnist-autoencoder", "--threads", "4096"), 2, "threads is from 1 to"),
    (("recipe",), 2, "did you mean 'recipes'"),
    (("run", "mnist-autoencoder", "--epoch", "3", "--sed", "1"), 2, "did you mean '--seed'"),
    (("recipes", "lookahead"), 2, "did you mean 'lookahead-vae'"),
    ((), 2, "required: COMMAND"),
])
def test_a_wrong_word_is_one_clear_line(arguments, code, message, capsys):
    found, out, err = run(capsys, *arguments)
    assert found == code
    assert message in err
    assert out == ""
    assert "Traceback" not in err


def test_data_list_and_verify(capsys, tmp_path):
    write_set(tmp_path / "mnist", train=40, test=10)
    write_set(tmp_path / "fashion-mnist", train=40, test=10)
    (tmp_path / "fashion-mnist" / "t10k-labels-idx1-ubyte.gz").write_bytes(b"hello")
    code, out, _ = run(capsys, "data", "list", "--data-dir", tmp_path)
    assert code == 0
    assert f"mnist                  {tmp_path / 'mnist'}" in out
    assert "cmu-faces              not found" in out
    assert "digits                 embedded" in out
    code, out, _ = run(capsys, "data", "verify", "mnist", "--data-dir", tmp_path)
    assert code == 0
    assert "whole: 40 training and 10 test images 1 x 28 x 28" in out
    code, out, _ = run(capsys, "data", "verify", "--data-dir", tmp_path)    # all that are there
    assert code == 1
    assert "fashion-mnist" in out
    assert "not an IDX file" in out
    code, _, err = run(capsys, "data", "verify", "mnits", "--data-dir", tmp_path)
    assert code == 2
    assert "did you mean 'mnist'" in err


@pytest.mark.parametrize("command", [(), ("run",), ("recipes",), ("doctor",), ("data",), ("encode",), ("report",)])
def test_help(command, capsys):
    code, out, _ = run(capsys, *command, "--help")
    assert code == 0
    assert len(out) > 150


def test_every_option_of_run_is_explained():
    actions = next(action for action in parser()._actions if action.choices)
    for action in actions.choices["run"]._actions:
        assert action.help, action.dest


def test_import_needs_numpy_alone():
    code = ("import sys, nanoae; late = [m for m in ('numba', 'cupy', 'matplotlib', 'scipy', 'sklearn', 'rich', 'PIL', "
            "'pooch') if m in sys.modules]; sys.exit(str(late) if late else 0)")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "nanoae", "--version"], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("nanoae ")


@pytest.mark.slow
def test_bench_prints_a_row_for_each_model_and_rung(capsys):
    assert main(["bench", "--seconds", "0.05", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["model"], row["rung"]) for row in rows] == [
        (model, rung) for model in ("mnist-autoencoder", "frames 64 x 64") for rung in ("numba", "numpy")]
    assert all(row["ms"] > 0 and row["times_numpy"] > 0 for row in rows)
    assert main(["bench", "--seconds", "0"]) == 2
    assert "--seconds is positive" in capsys.readouterr().err
