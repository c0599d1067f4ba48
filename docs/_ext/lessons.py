"""Lessons: a page, a notebook and a script from one file of cells (jupytext's percent format).

    {lesson} examples/01_a_gradient_by_hand.py      its cells, run in their order, each with what it prints and shows

The notebook and the script lie beside the page in the built site.
"""
import ast
import contextlib
import io
import os
import shutil
import sys
from pathlib import Path

import jupytext
from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "examples").glob("[0-9]*.py"))


def cells(path):
    """[(is it code?, text)] of a lesson."""
    return [(cell.cell_type == "code", cell.source) for cell in jupytext.read(path).cells]


def shown(text, space):
    """Runs a cell; gives (what it printed, what its last line is worth or None)."""
    tree, printed = ast.parse(text), io.StringIO()
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), space)
        value = None if last is None else eval(compile(ast.Expression(last.value), "<cell>", "eval"), space)
    return printed.getvalue().rstrip(), value


@contextlib.contextmanager
def as_script(path):
    """Inside `with`, Python looks as if it ran this file from the checkout."""
    before = sys.argv, os.getcwd()
    sys.argv = [str(path)]
    os.chdir(ROOT)
    try:
        yield {"__name__": "__main__"}
    finally:
        sys.argv = before[0]
        os.chdir(before[1])


class Lesson(Directive):
    """A lesson's cells and their outputs."""

    required_arguments = 1

    def run(self):
        path = ROOT / self.arguments[0]
        found = [self.downloads(path)]
        with as_script(path) as space:
            for is_code, text in cells(path):
                found += self.code(path, text, space) if is_code else self.prose(text)
        return found

    def downloads(self, path):
        line = nodes.paragraph(classes=["downloads"])
        line += nodes.Text("This page as a ")
        line += nodes.reference("", "notebook", refuri=f"{path.stem}.ipynb")
        line += nodes.Text(" or a ")
        line += nodes.reference("", "script", refuri=path.name)
        return line

    def prose(self, text):
        lines = [line for line in text.splitlines() if not line.startswith("# ")]    # the page has the title
        holder = nodes.container()
        self.state.nested_parse(StringList(lines, self.arguments[0]), 0, holder)
        return holder.children

    def code(self, path, text, space):
        try:
            printed, value = shown(text, space)
        except Exception as error:
            raise self.error(f"{path.name} failed: {type(error).__name__}: {error}") from error
        yield nodes.literal_block(text, text, language="python")
        if hasattr(value, "_repr_html_"):
            yield nodes.raw("", f'<div class="shown">{value._repr_html_()}</div>', format="html")
        elif value is not None:
            printed = f"{printed}\n{value!r}".lstrip("\n")
        if printed:
            yield nodes.literal_block(printed, printed, language="text", classes=["printed"])


def write_files(app, exception):
    """Notebooks and scripts beside the pages."""
    if exception is None and app.builder.format == "html":
        folder = Path(app.outdir) / "lessons"
        folder.mkdir(exist_ok=True)
        for path in LESSONS:
            notebook = jupytext.read(path)
            notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
            jupytext.write(notebook, folder / f"{path.stem}.ipynb")
            shutil.copy(path, folder)


def setup(app):
    app.add_directive("lesson", Lesson)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True}
