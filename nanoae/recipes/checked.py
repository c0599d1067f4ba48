"""Which settings a recipe takes, and which it refuses."""
from dataclasses import fields
from pathlib import Path
from typing import Any

from ..from_file import is_of_file
from ..optim.catalog import own_kind
from ..trials.opened import read_config
from .settings import Declared, Settings


class Checked:
    """The base of Recipe that checks settings before anything is read or made."""

    name: str
    titles: dict
    Settings: type[Settings]
    cells: Any
    encoders: tuple = ()    # recipes whose encoder a setting `encoder` may name; (): any
    steered = True    # do schedule, clip_norm and patience apply to its trainings?
    inverts = True    # does `data` know the setting `invert`?

    def check(self, s):
        """Raises ValueError for settings that cannot be."""
        s.check()
        self.methods(s)
        if is_of_file(getattr(s, "optimizer", None)):
            own_kind(s.optimizer)
        if s.steering() and not self.steered:
            raise ValueError(f"{self.name} trains several networks by steps of their own: leave out "
                             f"{', '.join(s.steering())}")
        if s.invert and not self.inverts:
            raise ValueError(f"{self.name} makes or pairs its own images: leave out --invert")
        self.check_named(s, "encoder", self.encoders)

    def check_longer(self, s):
        """Raises ValueError where a run cannot go on beyond the epochs that it was begun with."""
        ends = [name for name in ("schedule", "patience") if name in s.steering()]
        if ends or not self.steered or any(cell.needs for cell in self.cells(s)):
            why = (f"its {' and its '.join(ends)} settled where it ends" if ends else
                   "what it trains hangs together by the epochs that it was begun with")
            raise ValueError(f"{self.name} cannot go on to more epochs: {why}. Begin a new run")

    def check_named(self, s, setting, recipes):
        """Raises ValueError where a setting names a run of another recipe than these; (): any."""
        path = getattr(s, setting, None)
        if path is not None:
            of = read_config(Path(path))["recipe"]
            if recipes and of not in recipes:
                raise ValueError(f"{path} is a run of {of}; {self.name} takes its {setting} from one of "
                                 f"{' or '.join(recipes)}")

    def methods(self, s):
        """The methods that `--set methods=` chose."""
        chosen = getattr(s, "methods", "all")
        if chosen == "all":
            return tuple(self.titles)
        wanted = chosen.split(",")
        for method in wanted:
            Declared("", allowed=("all", *self.titles)).check("methods", method)
        return tuple(method for method in self.titles if method in wanted)

    def values(self, name):
        """The values that a setting takes, in words; empty where its type says it all."""
        named = {"methods": ("all", *self.titles), "settings": tuple(self.Settings.COLUMNS)}
        one = next(one for one in fields(self.Settings) if one.name == name)
        if name in named:
            return ", ".join(named[name])
        return "true, false" if isinstance(one.default, bool) else one.metadata["declared"].values()
