"""Where a search looks: a range for each setting that it varies, from the settings' own declarations.

    spaces(MnistSettings, ["lr", "latent=2:64", "optimizer=adam,sgd"])
"""
import types
from dataclasses import dataclass, fields
from typing import get_args, get_origin, get_type_hints

from ..backend import suggestion

# what a search holds still: where things lie, what is compared, and what the others depend on
FIXED = ("data", "data_dir", "epochs", "seed", "backend", "dtype", "out", "settings", "methods", "trials", "folds",
         "split", "encoder")


@dataclass(frozen=True)
class Range:
    """The values of one setting: from low to high, on an even or logarithmic scale, whole numbers or not; or one of
    `choices`."""

    name: str
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    whole: bool = False
    choices: tuple = ()

    def draw(self, rng):
        """A value at random."""
        if self.choices:
            return self.choices[rng.integers(len(self.choices))]
        u = rng.random()
        value = self.low * (self.high / self.low) ** u if self.log else self.low + (self.high - self.low) * u
        return self.settled(value)

    def suggest(self, trial):
        """A value by an Optuna trial."""
        if self.choices:
            return trial.suggest_categorical(self.name, list(self.choices))
        if self.whole:
            return trial.suggest_int(self.name, int(self.low), int(self.high), log=self.log)
        return self.settled(trial.suggest_float(self.name, self.low, self.high, log=self.log))

    def settled(self, value):
        """Within the range, and of three digits, so that the command that trains it can be read."""
        value = round(value) if self.whole else float(f"{value:.3g}")
        return min(max(value, self.low), self.high)

    def text(self):
        """As `--over` takes it."""
        if self.choices:
            words = (str(one).lower() if isinstance(one, bool) else str(one) for one in self.choices)
            return f"{self.name}={','.join(words)}"
        return f"{self.name}={self.low!r}:{self.high!r}{':log' if self.log else ''}"    # a search goes on from it


def spaces(Settings, texts):
    """The Ranges of 'name', 'name=low:high', 'name=low:high:log' or 'name=a,b,c'. Raises ValueError for a setting that
    is not there, cannot be searched, or is searched outside of what it takes."""
    known = {one.name: one.metadata["declared"] for one in fields(Settings)}
    found: dict = {}
    for text in texts:
        name, equals, given = text.partition("=")
        if name not in known:
            searchable = [name for name, declared in known.items() if declared.search]
            raise ValueError(f"there is no setting {name!r} to search; {suggestion(name, known)}ranges are declared "
                             f"for {', '.join(searchable)}")
        if name in FIXED:
            raise ValueError(f"{name} is no setting to search: it is the same for all candidates")
        if name in found:
            raise ValueError(f"{name} is to be searched twice")
        found[name] = range_of(name, known[name], kind_of(Settings, name), given if equals else None)
    if not found:
        raise ValueError("a search varies at least one setting: name some with --over")
    return tuple(found.values())


def range_of(name, declared, kind, given):
    """The Range of one setting, declared or as given."""
    if given is None:
        if not declared.search:
            raise ValueError(f"{name} has no range of its own: say --over {name}=low:high or {name}=a,b,c")
        if declared.search[0] == "choice":
            return Range(name, choices=declared.search[1:])
        low, high, scale = declared.search
        return Range(name, low, high, scale == "log", kind is int)
    if ":" in given:
        try:
            low, high, *log = given.split(":")
            made = Range(name, kind(low), kind(high), log == ["log"], kind is int)
        except (ValueError, TypeError):
            raise ValueError(f"--over {name} takes low:high of {kind.__name__}s; got {given!r}") from None
        if not made.low < made.high or (log and log != ["log"]) or (made.log and made.low <= 0):
            raise ValueError(f"--over {name} takes low:high or low:high:log, low below high (and above 0 for log); got "
                             f"{given!r}")
        values: tuple = (made.low, made.high)
    else:
        try:
            values = tuple(kind(value) for value in given.split(",")) if kind is not bool else tuple(
                {"true": True, "false": False}[value] for value in given.split(","))
        except (ValueError, KeyError):
            raise ValueError(f"--over {name} takes {kind.__name__}s; got {given!r}") from None
        made = Range(name, choices=values)
    for value in values:
        declared.check(name, value)
    return made


def kind_of(Settings, name):
    """int, float or str: the type of a setting."""
    hint = get_type_hints(Settings)[name]
    options = get_args(hint) if get_origin(hint) is types.UnionType else (hint,)
    return next(option for option in options if option is not type(None))
