"""Files that know their own content: a digest stands in each, and what does not fit it is refused.

    JSON           {"key": ..., "digest": sha256 of all other keys}
    safetensors    metadata {"nanoae": JSON, "digest": sha256 of that text and of every tensor}
"""
import hashlib
import json
import math
from pathlib import Path

import numpy as np


class RunError(Exception):
    """A run cannot use its directory or what is in it; the text says which and what to do."""


def json_text(content):
    """JSON of a dictionary; numbers that are none (nan, inf) become null, for JSON has no word for them."""
    return json.dumps(plain(content), allow_nan=False)


def plain(value):
    """The value in Python's own types."""
    if isinstance(value, dict):
        return {str(key): plain(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inside) for inside in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Path):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def sealed_json(content):
    """A dictionary as the bytes of a JSON file with its digest."""
    content = plain(content)
    return (json.dumps(content | {"digest": digest(content)}, indent=2, allow_nan=False) + "\n").encode()


def read_json(path):
    """The dictionary of a sealed JSON file, without its digest; None where there is no file. Raises RunError."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        found = content.pop("digest")
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError, OSError) as error:
        raise RunError(f"{path} is damaged or none of nanoae's ({type(error).__name__}: {first_line(error)})") from None
    if found != digest(content):
        raise RunError(f"{path} is damaged or was changed since it was written: its digest does not fit")
    return content


def sealed_tensors(tensors, state):
    """{name: array} and a dictionary of small things as the bytes of a safetensors file with its digest."""
    from safetensors.numpy import save
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    text = json.dumps(state)
    return save(tensors, {"nanoae": text, "digest": digest(text, tensors)})


def read_tensors(path):
    """(tensors, state) of a sealed safetensors file. Raises RunError."""
    from safetensors import SafetensorError, safe_open
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}    # noqa: SIM118
        text = about.get("nanoae")
        state = None if text is None else json.loads(text)
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError, OSError) as error:
        raise RunError(f"{path} is damaged ({first_line(error)})") from None
    if not isinstance(state, dict):
        raise RunError(f"{path} holds tensors, but is no file of a nanoae run")
    if about.get("digest") != digest(text, tensors):
        raise RunError(f"{path} is damaged or was changed since it was written: its digest does not fit")
    return tensors, state


def digest(content, tensors=()):
    """Of a text or of what JSON holds, and of tensors by name, dtype, shape and bytes."""
    text = content if isinstance(content, str) else json.dumps(content, sort_keys=True)
    found = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        array = tensors[name]
        found.update(f"\n{name} {array.dtype} {array.shape}\n".encode())
        found.update(array.tobytes())
    return found.hexdigest()


def first_line(error):
    return (str(error).splitlines() or [""])[0]
