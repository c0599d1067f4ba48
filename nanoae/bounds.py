"""Numbers that people give as settings, checked where they come in."""
from math import inf


def flag(name, value):
    """A truth value, or ValueError for a word or a number."""
    if value not in (True, False) or isinstance(value, str):
        raise ValueError(f"{name} is True or False; got {value!r}")
    return bool(value)


def number(name, value, least=0.0, most=None, above=False):
    """A finite float within bounds (`above`: greater than the least), or ValueError."""
    bounds = f"{'above' if above else 'at least'} {least:g}" + (f" and at most {most:g}" if most is not None else "")
    try:
        found = float("" if isinstance(value, str | bytes | bool) else value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is a number {bounds}; got {value!r}") from None
    if not (found > least if above else found >= least) or found == inf or (most is not None and found > most):
        raise ValueError(f"{name} is a number {bounds}; got {value!r}")
    return found
