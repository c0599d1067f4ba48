"""Settings from the command line's key=value, and from the config.json of a run that goes on."""
import types
from dataclasses import fields
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

from ..backend import suggestion
from ..data.catalog import EMBEDDED, REAL
from ..from_file import absolute, is_of_file
from ..trials.own_files import is_same

# in a config.json, beside the settings
BESIDE = {"recipe", "shape", "data_name", "credit", "method", "labels", "tune", "files"}


def settings_from(recipe, pairs, **given):
    """A recipe's settings from 'key=value' strings and keywords (None: not given).

    Raises ValueError for an unknown key, a value of another type, or a value that the recipe refuses.
    """
    settings = recipe.Settings(**values_from(recipe, pairs, **given))
    recipe.check(settings)
    return settings


def values_from(recipe, pairs, **given):
    """{key: value} from the same, for the keys that were given."""
    types_ = get_type_hints(recipe.Settings)
    values = {name: value for name, value in given.items() if value is not None}
    for name in values:
        known_setting(recipe, name)
    if is_of_file(values.get("optimizer")):
        values["optimizer"] = absolute(values["optimizer"])
    if is_place(values.get("data")) and Path(values["data"]).exists():
        values["data"] = str(Path(values["data"]).resolve())
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise ValueError(f"--set takes key=value; got {pair!r}")
        known_setting(recipe, key)
        value = parse(key, text, types_[key])
        if key in values and values[key] != value:
            raise ValueError(f"{key} was given twice: {values[key]!r} and {value!r}")
        values[key] = value
    return values


def is_place(data):
    """Is this a path, and no set's name?"""
    return data is not None and data not in (*REAL, *EMBEDDED, "embedded")


def known_setting(recipe, key):
    """Raises ValueError for a name that is none of the recipe's settings."""
    known = [field.name for field in fields(recipe.Settings)]
    if key == "optimizer" and key not in known:
        raise ValueError(f"{recipe.name} trains methods of its own and takes no optimizer; --set methods= chooses "
                         f"among {', '.join(recipe.titles)}")
    if key not in known:
        raise ValueError(f"there is no setting {key!r}; {suggestion(key, known)}there are {', '.join(known)}")


def resumed(recipe, config, given, longer=False):
    """The settings of a run that goes on: those in its config.json. Raises ValueError where something else was asked.

    given: what the command line names, {key: value}; it may repeat the run's settings, name another data_dir and, with
    `longer`, more epochs.
    """
    if not is_same(config.get("recipe"), recipe.name, config):
        raise ValueError(f"that run is of the recipe {config.get('recipe')!r}, not {recipe.name!r}")
    types_ = get_type_hints(recipe.Settings)
    known = {field.name for field in fields(recipe.Settings)}
    for name in config:
        if name not in known | BESIDE:
            raise ValueError(f"config.json has a setting {name!r} that {recipe.name} does not know; "
                             f"{suggestion(name, known)}there are {', '.join(known)}")
    kept = {name: value for name, value in config.items() if name in known}
    for name, value in kept.items():
        if not is_of(value, types_[name]):
            raise ValueError(f"config.json holds {name}={value!r}, of another type than {name} has")
    for name, value in given.items():
        moved = name == "data" and is_place(value) and is_place(kept["data"])    # a checkpoint knows its images
        if name in ("out", "data_dir") or moved or (longer and name == "epochs" and value > kept["epochs"]):
            kept[name] = value
        elif not (kept.get(name) == value or is_same(kept.get(name), value, config)):
            more = " (epochs may only grow)" if longer and name == "epochs" else ""
            raise ValueError(f"a resumed run keeps its settings{more}: {name} is {kept.get(name)!r} there, {value!r} "
                             "here. Leave it out, or begin a new run")
    settings = recipe.Settings(**kept)
    recipe.check(settings)
    if settings.epochs > config["epochs"]:
        recipe.check_longer(settings)
    return settings


def is_of(value, hint):
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
