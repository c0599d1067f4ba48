"""Where a gradient is wrong is told in words, and one line says what to do next."""
import numpy as np
import pytest

from nanoae.gradcheck import check
from nanoae.gradcheck.where import place_of, wrong_entries

RNG = np.random.default_rng(4)


def mask(shape, *places):
    wrong = np.zeros(shape, bool)
    for place in places:
        wrong[place] = True
    return wrong


@pytest.mark.parametrize(("wrong", "text"), [
    (mask((3, 4), ...), "wrong everywhere"),
    (mask((3, 4)), "no entry is off by more than 1e-05 of the largest"),
    (mask((), ()), "wrong everywhere"),
    (mask((3, 4), (-1,)), "4 of 12 entries are wrong, only the last along axis 0"),
    (mask((3, 4), (slice(None), 1)), "3 of 12 entries are wrong, only at 1 along axis 1"),
    (mask((5, 4), (slice(1, None),)), "16 of 20 entries are wrong, none at 0 along axis 0"),
    (mask((2, 5, 6), np.s_[:, [0, -1]], np.s_[:, :, [0, -1]]),
     "36 of 60 entries are wrong, only at the border of axes 1, 2"),
    (mask((3, 4), (0, 0), (1, 1), (2, 2), (0, 3)), "4 of 12 entries are wrong"),
], ids=["all", "none", "a number", "last sample", "a channel", "all but the first", "border", "scattered"])
def test_the_place(wrong, text):
    assert place_of(wrong) == text


def test_rounding_is_not_wrong_and_nan_is():
    numeric = RNG.standard_normal((3, 4))
    assert not wrong_entries(numeric * (1 + 1e-9), numeric).any()
    analytic = numeric.copy()
    analytic[1, 2] = np.nan
    assert np.argwhere(wrong_entries(analytic, numeric)).tolist() == [[1, 2]]


def unstructured(dy, x):
    wrong = np.cos(x) * dy
    wrong[:, 2] *= np.random.default_rng(x.shape).uniform(0.5, 1.5, len(x))
    return wrong


def test_an_unknown_mistake_has_a_place_and_a_next_step():
    report = check(lambda x: np.sin(x), unstructured, RNG.standard_normal((5, 4)), raise_error=False)
    (finding,) = report.findings
    assert finding.name == "unknown"
    assert "only at 2 along axis 1" in finding.where
    assert "diagnosis, x: unknown; 5 of 20 entries are wrong" in str(report)
    assert str(report).splitlines()[-1].startswith("  next: work out the gradient of x at (")


def test_a_name_brings_its_mathematics():
    report = check(np.sin, lambda dy, x: -dy * np.cos(x), RNG.standard_normal((5, 4)), raise_error=False)
    assert str(report).splitlines()[-1].startswith("  next: By what is the gradient too large")
    assert "next:" not in str(check(np.sin, lambda dy, x: dy * np.cos(x), RNG.standard_normal((5, 4))))
