"""A bug of the zoo for a class: its line, its signature, or a file that holds it."""
import difflib
from pathlib import Path

from . import bugs, code_of

EXAMPLE = '''

_example_of = example


def example():
    """What the check feeds it."""
    return _example_of("{layer}")
'''


def chosen(words):
    """The one Bug whose name holds the words. Raises ValueError where none or several do."""
    found = [bug for bug in bugs() if words.lower() in str(bug).lower()]
    exact = [bug for bug in found if str(bug).lower() == words.lower()]
    if len(exact or found) != 1:
        told = "\n  ".join(str(bug) for bug in found[:12])
        raise ValueError(f"{len(found)} bugs are named so" + (f"; say one whole:\n  {told}" if found else
                         f" ({words!r}): nanoae exercise plant lists them all"))
    return (exact or found)[0]


def change(bug):
    """The lines that the bug changes, as a comparison of two files shows them."""
    lines = difflib.unified_diff(code_of(bug.file).splitlines(), bug.source().splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def target(bug, path):
    """What `nanoae check` is told to find it: FILE.py, or FILE.py:FORWARD:BACKWARD."""
    forward, backward, _ = bug.parts()
    names = [part.__name__ for part in (forward, backward) if part]
    return ":".join([str(path), *names])


def plant(bug, path):
    """Writes the layer with the bug in it, and nothing that tells where. Raises ValueError where a file is there."""
    path = Path(path)
    if path.exists():
        raise ValueError(f"{path} is there already: choose another name with --out")
    takes_name = bug.layer and bug.module().example.__code__.co_argcount
    path.write_text(bug.source().rstrip() + "\n" + (EXAMPLE.format(layer=bug.layer) if takes_name else ""),
                    encoding="utf-8")
    return target(bug, path)
