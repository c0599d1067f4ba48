"""What to check in a file: its functions or class, and what to feed them."""
import ast
import inspect
from pathlib import Path

import numpy as np


class TargetError(ValueError):
    """A file that cannot be checked; the text says what is in the way."""


def parts_of(text):
    """(path, names) of FILE.py, FILE.py:NAME or FILE.py:forward:backward. Raises TargetError for no file."""
    drive, rest = (text[:2], text[2:]) if text[1:2] == ":" else ("", text)    # of Windows
    path, *names = rest.split(":")
    path = drive + path
    if not Path(path).is_file():
        raise TargetError(f"there is no file {path}")
    if Path(path).suffix != ".py" or len(names) > 2:
        raise TargetError(f"{text!r} names nothing to check: say FILE.py:NAME or FILE.py:FORWARD:BACKWARD")
    return Path(path), names


def chosen(module, path, names):
    """(forward, backward or None): what is named, or the one pair or class that the file holds."""
    for name in names:
        if not hasattr(module, name):
            there = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
            raise TargetError(f"{path.name} has no {name!r}; it has {', '.join(there) or 'nothing to call'}")
    if names:
        return getattr(module, names[0]), getattr(module, names[1]) if len(names) == 2 else None
    if hasattr(module, "forward") and hasattr(module, "backward"):
        return module.forward, module.backward
    kinds = [value for value in vars(module).values() if inspect.isclass(value) and value.__module__ == module.__name__
             and hasattr(value, "forward") and hasattr(value, "backward")]
    if len(kinds) != 1:
        found = (f"{' and '.join(kind.__name__ for kind in kinds)}, each with both" if kinds else
                 "no functions forward and backward, and no class with both")
        raise TargetError(f"{path.name} has {found}: name what to check, {path.name}:CLASS or "
                          f"{path.name}:FORWARD:BACKWARD")
    return kinds[0], None


def built(kind, arguments):
    """An object of the class, by --args, which are Python literals: '3, 4, stride=2'."""
    try:
        call = ast.parse(f"f({arguments or ''})", mode="eval").body
        assert isinstance(call, ast.Call)
        plain = [ast.literal_eval(value) for value in call.args]
        named = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    except (SyntaxError, ValueError):
        raise TargetError(f"--args takes literals, as in '3, 4, stride=2'; got {arguments!r}") from None
    try:
        return kind(*plain, **named)
    except TypeError as error:
        raise TargetError(f"{kind.__name__}({arguments or ''}): {error}; --args says what it is built with") from None


def fed(module, path, shapes, seed):
    """The inputs: random ones of --shape, else what the file's example() returns."""
    if shapes:
        rng = np.random.default_rng(seed)
        return tuple(rng.standard_normal(shape_of(text)) for text in shapes)
    if not hasattr(module, "example"):
        raise TargetError("what shall it be fed? say --shape 2,3,4 (one for each input), or write a function "
                          f"example() in {path.name} that returns the inputs")
    inputs = module.example()
    return tuple(inputs) if isinstance(inputs, tuple | list) else (inputs,)


def shape_of(text):
    try:
        shape = tuple(int(part) for part in text.replace("x", ",").split(",") if part)
    except ValueError:
        shape = (-1,)
    if any(size < 1 for size in shape):
        raise TargetError(f"--shape takes sizes, as in 2,3,4; got {text!r}")
    return shape
