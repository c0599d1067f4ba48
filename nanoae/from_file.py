"""What stands in a file of people's own, by FILE.py:NAME: a network, a recipe, an optimizer."""
import hashlib
import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

from .backend import suggestion

LOADED: dict[str, ModuleType] = {}    # by name; worker processes get these by value


def is_of_file(text):
    """Is this FILE.py:NAME, or at least FILE.py?"""
    return isinstance(text, str) and (".py:" in text or text.endswith(".py"))


def absolute(text):
    """The same with the file's whole path, so that it is found from everywhere."""
    path, name = split(text)
    return f"{path.resolve()}:{name}"


def split(text):
    """(path, name). Raises ValueError where the file is not there or no name is given."""
    path, _, name = text.rpartition(":")
    if text.endswith(".py"):
        path, name = text, ""
    if not Path(path).is_file():
        raise ValueError(f"there is no file {path}")
    if not name:
        module = loaded(Path(path))
        raise ValueError(f"say which of what {path} holds: {path}:NAME; it has {', '.join(there(module)) or 'nothing'}")
    return Path(path), name


def named(text):
    """The object that FILE.py:NAME names. Raises ValueError, which tells an error in the file with its line."""
    path, name = split(text)
    module = loaded(path)
    if not hasattr(module, name):
        raise ValueError(f"{path} has no {name!r}; {suggestion(name, there(module))}it has "
                         f"{', '.join(there(module)) or 'nothing'}")
    return getattr(module, name)


def there(module):
    """What a file holds of its own: objects, and the functions and classes that it does not import."""
    return [name for name, value in vars(module).items() if not name.startswith("_") and
            not isinstance(value, ModuleType) and
            (not hasattr(value, "__name__") or getattr(value, "__module__", None) == module.__name__)]


def loaded(path):
    """The file as a module, run once in a process."""
    path = path.resolve()
    name = f"{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    if name not in LOADED:
        try:
            LOADED[name] = run(path, name)
        except (Exception, SystemExit) as error:    # whatever the file does
            sys.modules.pop(name, None)
            raise ValueError(f"{'' if place(error, path) else f'{path.name}: '}{told(error, path)}") from error
    return LOADED[name]


def place(error, *paths):
    """Where in a file of people's own an error came from: 'mine.py, line 7: ', or nothing. paths: such files, beside
    those that are loaded."""
    own = {path.resolve() for path in (*paths, *(Path(str(module.__file__)) for module in LOADED.values()))}
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((error.filename, error.lineno))
    places = [f"{Path(name).name}, line {line}: " for name, line in frames if Path(name).resolve() in own]
    return places[-1] if places else ""


def told(error, *paths):
    """The error in one line, with its place and kind where it came from a file of people's own."""
    text = " ".join((error.msg if isinstance(error, SyntaxError) else str(error)).split())
    where = place(error, *paths)
    return f"{where}{type(error).__name__}: {text}" if where or paths else text or type(error).__name__


def run(path, name):
    """Runs a file as the module of this name; its folder is searched for what it imports, as if Python ran it."""
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None    # its name ends with .py
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
