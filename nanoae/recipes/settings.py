"""The settings that every recipe shares, and reading them from the command line's key=value."""
import types
from dataclasses import dataclass, fields
from typing import ClassVar, get_args, get_origin, get_type_hints

from ..backend import RUNGS, suggestion
from ..optim.catalog import MAKERS


@dataclass
class Settings:
    """What `nanoae run` can set for any recipe. A recipe adds its own fields and their paper's values."""

    OPTIMIZERS: ClassVar[tuple] = tuple(MAKERS)

    data: str | None = None    # a set's name or a folder; None: the real set where it is found, else the embedded one
    data_dir: str | None = None
    epochs: int = 1
    seed: int = 0
    backend: str = "numba"
    dtype: str = "float32"
    optimizer: str = "adam"
    out: str | None = None

    def check(self):
        """Raises ValueError for a value that cannot be: says the setting, the value, and what is allowed."""
        at_least(self, "epochs", 1)
        at_least(self, "seed", 0)
        one_of(self, "backend", RUNGS)
        one_of(self, "dtype", ("float32", "float64"))
        one_of(self, "optimizer", self.OPTIMIZERS)


def at_least(settings, name, least):
    if not getattr(settings, name) >= least:
        raise ValueError(f"{name} is at least {least}; got {getattr(settings, name)}")


def one_of(settings, name, allowed):
    value = getattr(settings, name)
    if value not in allowed:
        raise ValueError(f"{name} is one of {', '.join(allowed)}; got {value!r}{suggestion(value, allowed)}")


def from_pairs(kind, pairs, **given):
    """A settings object of this kind from 'key=value' strings and keywords (None: not given).

    Raises ValueError for an unknown key, a value of another type, or a value that check() refuses.
    """
    settings = kind(**values_from(kind, pairs, **given))
    settings.check()
    return settings


def values_from(kind, pairs, **given):
    """{key: value} from the same, for the keys that were given."""
    types_ = get_type_hints(kind)
    values = {name: value for name, value in given.items() if value is not None}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise ValueError(f"--set takes key=value; got {pair!r}")
        if key not in types_:
            known = [field.name for field in fields(kind)]
            raise ValueError(f"there is no setting {key!r}; there are {', '.join(known)}{suggestion(key, known)}")
        values[key] = parse(key, text, types_[key])
    return values


def resumed(kind, recipe, config, given):
    """The settings of a run that goes on: those in its config.json. Raises ValueError where something else was asked.

    given: what the command line names, {key: value}; it may repeat the run's settings and name another data_dir.
    """
    if config.get("recipe") != recipe:
        raise ValueError(f"that run is of the recipe {config.get('recipe')!r}, not {recipe!r}")
    types_ = get_type_hints(kind)
    known = {field.name for field in fields(kind)} | {"recipe", "shape", "data_name", "credit"}
    for name in config:
        if name not in known:
            raise ValueError(f"config.json has a setting {name!r} that {recipe} does not know{suggestion(name, known)}")
    kept = {name: value for name, value in config.items() if name in types_}
    for name, value in kept.items():
        if name in types_ and not fits(value, types_[name]):
            raise ValueError(f"config.json holds {name}={value!r}, of another type than {name} has")
    for name, value in given.items():
        if name in ("out", "data_dir"):
            kept[name] = value
        elif kept.get(name) != value:
            raise ValueError(f"a resumed run keeps its settings: {name} is {kept.get(name)!r} there, {value!r} here. "
                             "Leave it out, or begin a new run")
    settings = kind(**kept)
    settings.check()
    return settings


def fits(value, hint):
    """Is a value that JSON held of a setting's type?"""
    allowed = get_args(hint) if get_origin(hint) is types.UnionType else (hint,)
    if isinstance(value, bool):
        return bool in allowed
    return isinstance(value, allowed) or (isinstance(value, int) and float in allowed)


def parse(key, text, hint):
    """The text as a value of the field's type; 'none' where the field may be None."""
    optional = get_origin(hint) is types.UnionType and type(None) in get_args(hint)
    kind = next(option for option in get_args(hint) if option is not type(None)) if optional else hint
    if optional and text.lower() == "none":
        return None
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{key} is true or false; got {text!r}")
        return text.lower() == "true"
    try:
        return kind(text)
    except ValueError:
        names = {int: "a whole number", float: "a number"}
        raise ValueError(f"{key} is {names.get(kind, kind.__name__)}; got {text!r}") from None
