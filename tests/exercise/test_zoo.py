"""The zoo of planted bugs: every one is caught, and named truly or not at all."""
from collections import Counter

import numpy as np
import pytest

from nanoae.checking.target import parts_of
from nanoae.cli import main
from nanoae.exercise.zoo import FRESH, bugs, correct
from nanoae.exercise.zoo.alarms import OfTheZoo
from nanoae.exercise.zoo.alarms import main as alarms
from nanoae.exercise.zoo.plant import plant
from nanoae.exercise.zoo.unstructured import main as unstructured
from nanoae.from_file import run

BUGS = bugs()
SAMPLE = [bug for bug in BUGS if bug.file in ("dense", "square_dense", "activations", "variational")]


@pytest.mark.parametrize("layer", correct(), ids=str)
def test_a_layer_as_it_should_be_passes(layer):
    assert layer.check()


@pytest.mark.parametrize("bug", SAMPLE, ids=str)
def test_a_bug_is_caught_and_named(bug):
    report = bug.check()
    assert report.verdict == "wrong"
    assert bug.truly_named(report.findings) or "unknown" in bug.names, report.findings


@pytest.mark.slow
def test_every_bug_is_caught_and_none_is_named_wrongly():
    reports = [bug.check() for bug in BUGS]
    true = [bug.truly_named(report.findings) for bug, report in zip(BUGS, reports, strict=True)]
    assert all(report.verdict == "wrong" for report in reports)
    assert [str(bug) for bug, said in zip(BUGS, true, strict=True) if said is False] == []
    assert np.mean([said is True for said in true]) >= 0.93


def test_the_zoo_is_wide():
    assert len(BUGS) == len({str(bug) for bug in BUGS}) >= 250
    assert len({(bug.file, bug.layer) for bug in BUGS}) >= 20
    kinds = Counter(bug.names[0] for bug in BUGS)
    assert len(kinds) >= 30
    assert max(kinds.values()) <= 15
    assert sum(bug.file in FRESH for bug in BUGS) >= len(BUGS) / 10
    assert all(bug.source() != bug.new for bug in BUGS)    # each replaces what is there once


def test_a_bug_is_planted_for_a_class(tmp_path, capsys):
    file = tmp_path / "broken.py"
    assert main(["exercise", "plant", "conv1d: kernel reversed", "--out", str(file)]) == 0
    command = capsys.readouterr().out.splitlines()[-1]
    assert "BUGS" not in file.read_text()
    assert main(command.split()[1:]) == 1
    assert "flipped kernel" in capsys.readouterr().out
    assert main(["exercise", "plant", "conv1d: kernel reversed", "--out", str(file)]) == 2    # not written over

    assert main(["exercise", "plant", "conv1d: kernel reversed"]) == 0
    shown = capsys.readouterr().out
    assert "+            dx[:, :, t * stride + k] += dy[:, :, t] @ w[:, :, ::-1][:, :, k]" in shown
    assert "diagnosis, x: flipped kernel" in shown


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.file in FRESH], ids=str)
def test_every_planted_file_can_be_checked(bug, tmp_path):
    file = tmp_path / "broken.py"
    target = parts_of(plant(bug, file))[1]
    module = run(file, f"planted_{abs(hash(str(bug)))}")
    inputs = module.example()
    assert all(hasattr(module, name) for name in target)
    assert isinstance(inputs, tuple)


@pytest.mark.parametrize(("words", "answer"), [("dW transposed", "4 bugs are named so"), ("no such", "0 bugs")])
def test_a_bug_that_is_not_one_is_refused(words, answer, capsys):
    assert main(["exercise", "plant", words]) == 2
    assert answer in capsys.readouterr().err


def test_all_bugs_are_listed(capsys):
    assert main(["exercise", "plant"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(BUGS)


def test_correct_layers_of_random_sizes_raise_no_alarm(capsys):
    alarms(120)
    assert "120 correct layers: 120 right, 0 undecided, 0 alarms" in capsys.readouterr().out


def test_slopes_that_end_in_rounding_are_not_taken_for_flat():
    """Single precision inside: finer steps first scatter, then stand still at 0, which is no derivative."""
    one = OfTheZoo(next(layer for layer in correct() if layer.file == "attention"))
    rng = np.random.default_rng(3)
    assert {one.report("float32", rng).verdict for _ in range(35)} == {"right"}


def test_unstructured_gradients_have_no_name(capsys):
    unstructured(12)
    assert "12 unstructured wrong gradients: 12 detected, 0 named" in capsys.readouterr().out
