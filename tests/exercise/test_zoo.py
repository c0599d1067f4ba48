"""The zoo of planted bugs: every one is caught, and named truly or not at all."""
import numpy as np
import pytest

from nanoae.exercise.zoo import bugs, correct

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
    assert len(BUGS) == len({str(bug) for bug in BUGS})
    assert len({(bug.file, bug.layer) for bug in BUGS}) >= 20
    assert all(bug.source() != bug.new for bug in BUGS)    # each replaces what is there once
