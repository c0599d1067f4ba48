"""A reference page from docstrings: every public name of a module, with its signature and what it says of itself.

    {reference} nanoae.optim                 the names in its __all__
    {reference} nanoae Stack load            these names of it
"""
import inspect
import re
from importlib import import_module

from docutils import nodes
from docutils.parsers.rst import Directive

# bases whose methods are told with a class's own
WITHOUT_PAGES = {"Stack": ("Part",), "Fit": ("Tested", "Keeping", "Saved"), "Recipe": ("Checked", "Reported")}


def plain(text):
    """A repr without addresses, and with a class by its own name."""
    return re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", re.sub(r" at 0x[0-9a-f]+", "", text))


class Reference(Directive):
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        module, *names = self.arguments[0].split()
        found = import_module(module)
        return [self.entry(module, name, getattr(found, name)) for name in names or found.__all__]

    def entry(self, module, name, value):
        section = nodes.section(ids=[f"{module}.{name}"], names=[f"{module}.{name}"])
        section += nodes.title(text=name)
        section += described(module, name, value)
        if inspect.isclass(value):
            for method, function in methods(value):
                item = nodes.container(classes=["method"])
                item += signature(method, function, isinstance(inspect.getattr_static(value, method), property))
                item += prose(inspect.getdoc(function))
                section += item
        return section


def described(module, name, value):
    text = inspect.getdoc(value) if callable(value) or inspect.ismodule(value) else None
    if text is None:
        return [nodes.literal_block(text=f"{module}.{name} = {plain(repr(value))}", language="text")]
    return [signature(f"{module}.{name}", value), *prose(text)]


def signature(name, function, is_property=False):
    try:
        arguments = plain(str(inspect.signature(function)))
    except (TypeError, ValueError):
        arguments = ""
    text = name if is_property else name + re.sub(r"^\((self|cls)(, |(?=\)))", "(", arguments)
    return nodes.literal_block(text, text, language="python", classes=["signature"])


def methods(kind):
    """Public methods and properties with a docstring, of the class or of those of ours that it inherits from."""
    for name in dir(kind):
        value = inspect.getattr_static(kind, name)
        owner = next((base for base in kind.__mro__ if name in vars(base)), None)
        function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        ours = owner is kind or owner.__name__ in WITHOUT_PAGES.get(kind.__name__, ())
        if not name.startswith("_") and ours and inspect.isfunction(function) and function.__doc__:
            yield name, function


def prose(text):
    """A docstring: paragraphs with `code` in them, and what is indented as it stands."""
    found = []
    for block in re.split(r"\n\s*\n", text or ""):
        lines = block.splitlines()
        if all(line.startswith("    ") or line.startswith(">>>") for line in lines if line):
            block = "\n".join(line.removeprefix("    ") for line in lines)
            found.append(nodes.literal_block(block, block, language="text"))
            continue
        paragraph = nodes.paragraph()
        for k, piece in enumerate(block.replace("\n", " ").split("`")):
            paragraph += nodes.literal(text=piece) if k % 2 else nodes.Text(piece)
        found.append(paragraph)
    return found


def setup(app):
    app.add_directive("reference", Reference)
    return {"parallel_read_safe": True}
