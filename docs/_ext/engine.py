"""Directives that put the engine's own code and results on a page, so that neither can grow stale.

    {layer} Conv2d             the layer's three methods, as its file has them
    {kernels} conv2d_forward   the definition in plain loops beside the NumPy kernel, for each name
    {proof} Conv2d             runs the layer's gradient check and its planted mistakes, and prints what they say
    {output} examples/01.py    runs a script, or a module as `-m benchmarks.ladder`, and shows what it prints
    {module} kernels/numba/tile.py        a source file as it is
    {steps} docs/runs/train-step          the tables of `python -m benchmarks.train_step --out FOLDER`
"""
import inspect
import json
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

ROOT = Path(__file__).parents[2]


def code(text, language="python"):
    return nodes.literal_block(text, text, language=language)


class Layer(Directive):
    """The methods of a layer that compute: forward, gradient of the input, gradient of the parameters."""

    required_arguments = 1

    def run(self):
        import nanoae.layers
        kind = getattr(nanoae.layers, self.arguments[0])
        source = [textwrap.dedent(inspect.getsource(vars(base)[name])).rstrip()
                  for name in ("fill_draw", "compute", "input_grad", "weight_grad", "update_statistics")
                  for base in kind.__mro__[:2] if name in vars(base) and base.__name__ != "Layer"]
        return [code("\n\n".join(source))]


class Kernels(Directive):
    """The reference function and the NumPy one, side by side."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        return [self.beside(name) for name in self.arguments[0].split()]

    def beside(self, name):
        from nanoae.kernels import numpy, reference
        columns = nodes.container(classes=["beside"])
        for title, rung in (("definition", reference), ("NumPy kernel", numpy)):
            column = nodes.container()
            heading = nodes.paragraph()
            heading += nodes.emphasis(title, title)
            there = hasattr(rung, name)
            text = inspect.getsource(getattr(rung, name)).rstrip() if there else "# none: the result is a view"
            column += [heading, code(text)]
            columns += column
        return columns


class Proof(Directive):
    """The full check on the layer's row in the tests' table, and on each mistake planted there."""

    required_arguments = 1

    def run(self):
        from nanoae.gradcheck import check
        from tests.layers.cases import CASES
        from tests.layers.proof import built, functions, inputs, planted
        case = next(case for case in CASES if case.layer.__name__ == self.arguments[0])
        layer = built(case, case.example)
        lines = [f"{layer!r} on 5 samples of shape {case.example[1]}",
                 str(check(*functions(layer, 5, stands_for=case.stands_for), *inputs(layer, 5), names=("x", "theta")))]
        for mistake, plant in case.mistakes.items():
            wrong = built(case, case.example, backend=planted(*plant))
            report = check(*functions(wrong, 5, stands_for=case.stands_for), *inputs(wrong, 5), names=("x", "theta"),
                           raise_error=False)
            if report:
                raise self.error(f"the planted mistake {mistake!r} was not caught")
            lines += ["", f"planted: {mistake}", str(report)]
        return [code("\n".join(lines), "text")]


class Output(Directive):
    """A script of the checkout, run; what it prints."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        done = subprocess.run([sys.executable, *shlex.split(self.arguments[0])], capture_output=True, text=True,
                              cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, check=False)
        if done.returncode:
            raise self.error(f"{self.arguments[0]} failed: {done.stderr[-500:]}")
        return [code(done.stdout.rstrip(), "text")]


class Script(Directive):
    """The code of a lesson, without its prose."""

    required_arguments = 1

    def run(self):
        from lessons import cells
        return [code("\n\n".join(text for is_code, text in cells(ROOT / self.arguments[0]) if is_code))]


class Module(Directive):
    """A source file of the checkout, whole."""

    required_arguments = 1

    def run(self):
        return [code((ROOT / self.arguments[0]).read_text().rstrip())]


class Steps(Directive):
    """What the training-step benchmark wrote, for each kind of processor that it met: ratios, and every contender."""

    required_arguments = 1

    def run(self):
        files = sorted((ROOT / self.arguments[0]).glob("*.json"))
        if not files:
            raise self.error(f"{self.arguments[0]} holds no tables")
        return [node for file in files for node in self.tables(json.loads(file.read_text()))]

    def tables(self, rows):
        machine = rows[0]["machine"]
        about = nodes.paragraph()
        about += nodes.strong(text=f"{machine['vectors']}, {rows[0]['dtype']}. ")
        about += nodes.Text(f"Measured on {rows[0]['date']}: {machine['cpu']} ({machine['kind']}), "
                            f"{machine['cores']} cores. Measured peak {machine['peak_gflops']} GF/s in float32 and "
                            f"{machine['peak_gflops_float64']} in float64; one core copies "
                            f"{machine['copy_gbs_memory']} GB/s in memory.")
        ratios = [("model", "ours, ms", "from, to", "times PyTorch eager", "times its best mode", "times JAX",
                   "times the best of all", "which", "share of the peak")]
        ratios += [(row["model"], f"{row['ours_ms']:.3g}", " to ".join(f"{ms:.3g}" for ms in row["ours_varies"]),
                    *(str(row[key]) for key in ("ratio_eager", "ratio_torch", "ratio_jax", "ratio_best", "best_mode")),
                    f"{row['share_of_peak']:.0%}") for row in rows]
        names = list(dict.fromkeys(name for row in rows for name in row["all_ms"]))
        every = [("model", *names)]
        every += [(row["model"], *(f"{row['all_ms'][name]:.3g}" if name in row["all_ms"] else "" for name in names))
                  for row in rows]
        return [about, table(ratios), nodes.paragraph(text="Every contender, ms a step:"), table(every)]


def table(rows):
    """Rows of text as a docutils table; the first is its head."""
    whole = nodes.table()
    group = nodes.tgroup(cols=len(rows[0]))
    group += [nodes.colspec(colwidth=1) for _ in rows[0]]
    parts = nodes.thead(), nodes.tbody()
    for k, cells in enumerate(rows):
        line = nodes.row()
        for text in cells:
            entry = nodes.entry()
            entry += nodes.paragraph(text=text)
            line += entry
        parts[k > 0].append(line)
    group += parts
    whole += group
    return whole


def setup(app):
    for name, directive in (("layer", Layer), ("kernels", Kernels), ("proof", Proof), ("output", Output),
                            ("script", Script), ("module", Module), ("steps", Steps)):
        app.add_directive(name, directive)
    return {"parallel_read_safe": True}
