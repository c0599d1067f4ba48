"""Every lesson runs from top to bottom, in seconds and without network, says what its page says, and is a notebook."""
import re
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from nanoae import Stack
from nanoae.gradcheck import check
from nanoae.layers import Linear, ReLU

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("[0-9]*.py"))


LONG = {"03": pytest.mark.slow, "10": pytest.mark.slow}    # trains two networks; names thirteen mistakes
PAGES = EXAMPLES[0].parents[1] / "docs" / "lessons"


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem, marks=LONG.get(path.stem[:2], ())) for path in
                                  EXAMPLES])
def test_an_example_runs(path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", [str(path)])
    runpy.run_path(str(path), run_name="__main__")
    out = capsys.readouterr().out
    assert len(out.splitlines()) >= 2
    if path.stem.startswith("01"):
        assert "gradient check passed" in out
        assert "gradient check FAILED" in out
    if path.stem.startswith("03"):
        assert all(float(loss) < 0.04 for loss in re.findall(r"epochs: (\S+)", out))
    if path.stem.startswith("10"):
        assert re.search(r"correct +\S+ +0\.0\d+ +right", out)
        assert out.count("right\n") == 1
        assert "diverged" in out
    if path.stem.startswith("05"):
        assert out.count("at every step: True") == 2
    if path.stem.startswith("04"):
        first, last = map(float, re.findall(r"0\.\d{4}", out)[-2:])
        assert "directional check passed" in out
        assert last < first / 3


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_lesson_is_a_notebook_of_cells_with_a_page(path):
    jupytext = pytest.importorskip("jupytext")
    cells = jupytext.read(path).cells
    assert cells[0].cell_type == "markdown"
    title = cells[0].source.splitlines()[0]
    assert title.startswith("# ")
    assert sum(cell.cell_type == "code" for cell in cells) >= 2
    assert (PAGES / f"{path.stem}.md").read_text().startswith(f"{title}\n")
    assert f"({path.stem}.md)" in (PAGES / "index.md").read_text()


def test_a_network_and_a_report_are_tables_in_a_notebook():
    net = Stack([Linear(3, 2), ReLU()])
    assert net._repr_html_() == "<code>Stack([Linear(3, 2), ReLU()])</code>"
    html = net.build((3,), "float64", "numpy", np.random.default_rng(0))._repr_html_()
    assert html.count("<tr>") == 5
    assert "Linear(3, 2)" in html
    x = np.random.default_rng(1).standard_normal((2, 3))
    report = check(np.tanh, lambda dy, x: dy, x, names=("<x>",), raise_error=False)._repr_html_()
    assert "wrong" in report
    assert "derivative missing" in report
    assert "&lt;x&gt;" in report
    assert "right" in check(np.tanh, lambda dy, x: dy * (1 - np.tanh(x) ** 2), x)._repr_html_()


def test_there_are_lessons():
    assert len(EXAMPLES) >= 12
