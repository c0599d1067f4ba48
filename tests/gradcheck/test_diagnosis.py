"""Names: said with their line, at three levels; not said of wrong gradients that have none."""
import numpy as np
import pytest

from nanoae.gradcheck import check
from nanoae.gradcheck.names import NAMES, lesson

RNG = np.random.default_rng(21)
X, W = RNG.standard_normal((5, 4)), RNG.standard_normal((4, 3))


def hidden(x, W):
    z = x @ W
    h = np.tanh(z)
    return h.sum(axis=1) + h[:, 0] ** 2


def hidden_backward(dy, x, W, derivative=lambda h: 1 - h ** 2):
    h = np.tanh(x @ W)
    dh = dy[:, None] * (1 + 2 * h * (np.arange(3) == 0))
    dz = dh * derivative(h)
    return dz @ W.T, x.T @ dz


def test_a_mistake_inside_is_named_with_its_line():
    assert check(hidden, hidden_backward, X, W)
    report = check(hidden, lambda dy, x, W: hidden_backward(dy, x, W, np.ones_like), X, W, raise_error=False)
    assert {finding.name for finding in report.findings} == {"derivative missing"}
    assert all("h = np.tanh(z)" in finding.line for finding in report.findings)
    assert "diagnosis, x, W: derivative missing" in str(report)


def test_three_levels_of_help():
    report = check(hidden, lambda dy, x, W: hidden_backward(dy, x, W, np.ones_like), X, W, raise_error=False)
    symptom, question, mathematics = (report.hints(level)[0] for level in (1, 2, 3))
    assert "largest relative error" in symptom
    assert question == "x: Is every function that forward applies differentiated?"
    assert "dz = dy * f'(z)" in mathematics
    assert "derivative missing" not in symptom + question


def test_the_findings_of_a_right_gradient_are_empty():
    assert check(hidden, hidden_backward, X, W).findings == []


def test_json_has_what_a_grader_reads():
    content = check(lambda x: np.sin(x), lambda dy, x: 2 * dy * np.cos(x), X, raise_error=False).as_json()
    assert content["verdict"] == "wrong"
    assert content["named"]
    assert content["name"] == "factor 2"
    assert content["findings"][0]["input"] == "x"
    assert content["worst"]["error"] == pytest.approx(0.5, abs=0.1)


def test_the_batch_is_told_from_a_constant_by_other_sizes():
    def wrong(dy, x, W):
        return dy @ W.T / len(x), x.T @ dy / 5

    report = check(lambda x, W: x @ W, wrong, X, W, raise_error=False)
    assert report.findings[0].name == "factor 1/N"
    assert report.findings[1].name == "factor c"
    assert "c = 0.2" in report.findings[1].where


UNSTRUCTURED = {
    "times noise": lambda g, x, r: g * (1 + 0.3 * r.standard_normal(g.shape)),
    "plus noise": lambda g, x, r: g + 0.3 * np.sqrt(np.mean(g * g)) * r.standard_normal(g.shape),
    "mixed": lambda g, x, r: (r.standard_normal((g.size, g.size)) @ g.ravel() / np.sqrt(g.size)).reshape(g.shape),
    "times f(x)": lambda g, x, r: g * (1.2 + 0.4 * np.cos(1.7 * x)),
    "g + sin g": lambda g, x, r: g + 0.1 * np.sin(3 * g),
    "mix with its reverse": lambda g, x, r: 0.7 * g + 0.37 * g.ravel()[::-1].reshape(g.shape),
}


@pytest.mark.parametrize("kind", list(UNSTRUCTURED))
@pytest.mark.parametrize("seed", range(3))
def test_what_has_no_name_gets_none(kind, seed):
    def wrong(dy, x, W):
        r = np.random.default_rng([seed, x.size, W.size])
        return tuple(UNSTRUCTURED[kind](g, v, r) for g, v in zip(hidden_backward(dy, x, W), (x, W), strict=True))

    report = check(hidden, wrong, X, W, raise_error=False)
    assert report.verdict == "wrong"
    assert {finding.name for finding in report.findings} == {"unknown"}


def test_every_name_has_its_question_and_its_mathematics():
    assert all(question and mathematics for question, mathematics in NAMES.values())
    assert lesson("factor 1/N") == NAMES["factor"]
    assert lesson("path missing through a variance") == NAMES["path missing"]
    assert lesson("unknown") == ("", "")
