"""What the documents say is what the code does: commands, code blocks, tables, and the layers' pages."""
import importlib
import importlib.util
import re
import runpy
from pathlib import Path

import pytest

import nanoae.layers
from nanoae.cli import main
from nanoae.gradcheck import GradientError
from tests.layers.cases import CASES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.S | re.M)


def test_the_readme_s_test_command_is_what_ci_runs():
    install, test = (block.strip() for block in blocks(README, "")[:2])
    assert install.startswith("python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/nanoae run")
    assert f"\n{test}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"\n{test}\n" in CONTRIBUTING


def test_the_readme_s_python_runs(tmp_path, capsys):
    scripts = [tmp_path / "layer.py", tmp_path / "check.py"]
    for script, block in zip(scripts, blocks(README, "python"), strict=True):
        script.write_text(block)
    runpy.run_path(str(scripts[0]))
    losses = [float(line.split()[1]) for line in capsys.readouterr().out.splitlines()[-10:]]
    assert losses[-1] < losses[0]
    with pytest.raises(GradientError, match="backward gives"):
        runpy.run_path(str(scripts[1]))


def test_the_readme_s_commands_exist(capsys):
    for command in re.findall(r"\| `nanoae (.*?)` \|", README):
        with pytest.raises(SystemExit, match="0"):
            main([*command.split()[:1], "--help"])
    capsys.readouterr()


def test_the_readme_s_links_and_pictures_are_there():
    for target in re.findall(r"\]\((?!http)(.*?)\)", README):
        assert (ROOT / target).exists(), target


def test_contributing_shows_the_layer_that_was_added():
    file, _, row, _ = blocks(CONTRIBUTING, "python")
    page = re.search(r"^````markdown\n(.*?)^````", CONTRIBUTING, re.S | re.M).group(1)
    assert file == (ROOT / "nanoae/layers/global_avg_pool2d.py").read_text(encoding="utf-8")
    assert row in (ROOT / "tests/layers/cases.py").read_text(encoding="utf-8")
    assert page == (ROOT / "docs/layers/global_avg_pool2d.md").read_text(encoding="utf-8")


def test_every_layer_has_a_row_and_a_page_with_its_proof():
    kinds = set(nanoae.layers.__all__) - {"Layer"}
    assert {case.layer.__name__ for case in CASES} == kinds
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (ROOT / "docs/layers").glob("*.md")}
    shown = {kind for text in pages.values() for kind in re.findall(r"^```{proof} (\w+)$", text, re.M)}
    assert shown == kinds
    assert all("## Derivation of the backward" in text for name, text in pages.items() if name != "index")


def test_the_replication_table_is_that_of_the_committed_runs():
    spec = importlib.util.spec_from_file_location("replication", ROOT / "docs/replication.py")
    replication = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(replication)
    page = (ROOT / "docs/replication.md").read_text(encoding="utf-8")
    assert replication.updated(page) == page


def test_every_public_name_is_on_a_reference_page_and_says_what_it_is():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs/reference").glob("*.md"))
    shown = {module: names.split() for module, names in re.findall(r"^```{reference} (\S+) ?(.*)$", pages, re.M)}
    for module, names in shown.items():
        found = importlib.import_module(module)
        for name in names or found.__all__:
            value = getattr(found, name)
            assert not callable(value) or value.__doc__, f"{module}.{name}"
    public = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in ROOT.glob("nanoae/*/__init__.py")
              if "__all__" in path.read_text(encoding="utf-8")}
    assert public <= set(shown)


def test_the_papers_have_names():
    from nanoae.papers import PAPERS
    from nanoae.recipes import RECIPES, get_recipe
    named = [name for paper in PAPERS.values() for name in paper.recipes]
    assert sorted([*named, "fashion-judge"]) == sorted(RECIPES)    # that one is ours
    for number, paper in PAPERS.items():
        assert f"{number}. {paper}" in README
        assert f"(paper-{number})=" in (ROOT / "docs/papers.md").read_text(encoding="utf-8")
        for name in paper.recipes:
            assert f"paper {number}" in get_recipe(name).about


def test_the_project_speaks_of_itself_alone():
    """No machine paths in what is shipped."""
    for pattern in ("*.md", "docs/**/*.md", "nanoae/**/*.py", "kernels/**/*.py"):
        for path in ROOT.glob(pattern):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"/(root|home|tmp|work)/\w", text), path
