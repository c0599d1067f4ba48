"""Planted bugs: correct layers in the styles of several courses, and for each the mistakes that are made in it.

A file here is one layer, or a few, as somebody would write them; below stands its table of bugs. A bug is one piece of
the source replaced by another, so that what is checked is code that a learner could have handed in, and a page can show
the line. Its accepted names were written before any check was run on it; "unknown" is accepted where no name is true.

    (layer, where a file has several), kind of mistake, what is replaced, by what, accepted names ...
"""
import linecache
import types
from dataclasses import dataclass
from pathlib import Path

from ...gradcheck import check

HERE = Path(__file__).parent
FILES = ("dense", "square_dense", "neuron", "two_layers", "activations", "normalisation", "losses", "convolution",
         "pooling", "paths", "variational", "recurrent", "gates", "attention", "sequences", "regression", "images")
FRESH = ("similarity", "groups", "cells")    # written after the rules of diagnosis stood, and never used to change them


@dataclass(frozen=True)
class Bug:
    """One mistake in one layer; an old of "" is the layer as it should be."""

    file: str
    layer: str
    kind: str
    old: str
    new: str
    names: tuple

    def __str__(self):
        return f"{self.layer or self.file}: {self.kind}"

    def source(self):
        """The layer's code with the mistake in it. Raises ValueError where what is replaced is not there once."""
        code = code_of(self.file)
        if not self.old:
            return code
        begin = max(code.find(f"def {self.layer}{end}(") for end in ("", "_backward")) if self.layer else 0
        end = code.find("\n\n\n", begin) if self.layer else len(code)
        part = code[begin:end]
        if part.count(self.old) != 1:
            raise ValueError(f"{self}: {self.old!r} stands {part.count(self.old)} times in {self.file}.py")
        return code[:begin] + part.replace(self.old, self.new) + code[end:]

    def module(self):
        """The code as a module; its lines are known, so that a diagnosis can quote them."""
        source, name = self.source(), f"<{self}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        module = types.ModuleType(self.file)
        exec(compile(source, name, "exec"), vars(module))
        return module

    def parts(self):
        """(forward, backward, inputs) as `check` takes them."""
        module = self.module()
        inputs = module.example(self.layer) if self.layer and module.example.__code__.co_argcount else module.example()
        inputs = inputs if isinstance(inputs, tuple) else (inputs,)
        kind = next((value for value in vars(module).values() if isinstance(value, type)), None)
        if kind:
            return kind, None, inputs
        name = f"{self.layer}_backward" if self.layer else "backward"
        return getattr(module, self.layer or "forward"), getattr(module, name, None), inputs

    def check(self, **settings):
        """The Report of the check on it."""
        forward, backward, inputs = self.parts()
        return check(forward, backward, *inputs, raise_error=False, **settings)

    def truly_named(self, findings):
        """Is every name said an accepted one? None where none is said."""
        said = [finding.name for finding in findings if finding.name != "unknown"]
        accepted = [name for name in self.names if name != "unknown"]
        true = all(any(name == one or name.startswith(f"{one} ") for one in accepted) for name in said)
        return true if said else None


def code_of(file):
    """A file's layers without its table of bugs."""
    text = (HERE / f"{file}.py").read_text(encoding="utf-8")
    lines = text[:text.index("\nBUGS = (")].splitlines()
    while lines and (not lines[-1] or lines[-1][:1].isupper()):    # constants that only the table needs
        lines.pop()
    return "\n".join(lines) + "\n"


def table(file):
    """The file's own names: PAIRS, BUGS."""
    scope: dict = {}
    exec(compile((HERE / f"{file}.py").read_text(encoding="utf-8"), file, "exec"), scope)
    return scope


def bugs():
    """Every Bug of the zoo."""
    found = []
    for file in FILES + FRESH:
        scope = table(file)
        for row in scope["BUGS"]:
            layer, rest = (row[0], row[1:]) if "PAIRS" in scope else ("", row)
            found.append(Bug(file, layer, rest[0], rest[1], rest[2], rest[3:]))
    return found


def correct():
    """The layers as they should be."""
    return [Bug(file, layer, "correct", "", "", ())
            for file in FILES + FRESH for layer in table(file).get("PAIRS", ("",))]
