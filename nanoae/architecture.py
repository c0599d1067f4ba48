"""A network from its print, Stack([Conv2d(1, 8, 3), ReLU()], name='encoder'), without running what the text says.

Only names of layers and Stack are called, with numbers, texts, tuples and lists of these.
"""
import ast

from .backend import suggestion


def from_text(text, known):
    """The unbuilt network that prints itself like `text`. known: {name: class} of Stack and the layers in it.

    Raises ValueError for anything else.
    """
    try:
        tree = ast.parse(text, mode="eval").body
        if not isinstance(tree, ast.Call):
            raise SyntaxError
        return made(tree, known)
    except (SyntaxError, TypeError, RecursionError, MemoryError) as error:
        said = f": {error}" if isinstance(error, TypeError) else ""
        raise ValueError(f"this is no network's print, {text[:80]!r} ({type(error).__name__}{said})") from None


def made(node, known):
    """What a node of the tree stands for."""
    if isinstance(node, ast.List):
        return [made(inside, known) for inside in node.elts]
    if not isinstance(node, ast.Call):
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError):
            raise ValueError(f"a network's print holds layers and plain values; {ast.unparse(node)[:80]!r} is neither"
                             ) from None
    name = ast.unparse(node.func)
    if name not in known:
        raise ValueError(f"{name!r} is no layer of this network; {suggestion(name, known)}values are plain: float(x), "
                         "not a NumPy number")
    if any(isinstance(one, ast.Starred) for one in node.args) or any(word.arg is None for word in node.keywords):
        raise ValueError(f"a network's print holds no stars: {ast.unparse(node)[:80]!r}")
    return known[name](*(made(one, known) for one in node.args),
                       **{str(word.arg): made(word.value, known) for word in node.keywords})
