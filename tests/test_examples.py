"""Every example runs from top to bottom, in seconds and without network, and says what its page says it does."""
import re
import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("[0-9]*.py"))


LONG = {"03": pytest.mark.slow, "10": pytest.mark.slow}    # trains two networks; names thirteen mistakes


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
        assert all(float(loss) < 0.03 for loss in re.findall(r"epochs: (\S+)", out))
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


def test_there_are_examples():
    assert len(EXAMPLES) >= 6
