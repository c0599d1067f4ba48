"""One input's comparison, and the mistake found in it."""
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .where import place_of, wrong_entries


class Finding(NamedTuple):
    """One wrong gradient: of which input, the mistake's name, where it shows, the line of code it stands for."""

    input: str
    name: str
    where: str = ""
    line: str = ""


@dataclass
class Entry:
    """One input's comparison: the largest relative error, where it stands, and both values there."""

    name: str
    error: float
    at: tuple = ()
    analytic: float = 0.0
    numeric: float = 0.0
    judged: int = 1
    kinks: list = field(default_factory=list)    # indices at which the function has a kink, not judged
    problem: str = ""    # what is wrong, or in the way, before any number is compared
    mistake: str = ""    # the name of that
    undecided: bool = False    # nothing can be said
    rough: int = 0    # entries where forward rounds so coarsely that they agree to `accuracy` only
    accuracy: float = 0.0    # relative, of the roughest of those
    note: str = ""
    gradients: tuple = ()    # backward's and the numeric one, whole
    quotient: Any = None    # t -> sum(dy * y) with the worst entry moved by t

    def by_step(self):
        """(steps, relative distance of the central difference from backward's value) at the worst entry."""
        steps, size = np.geomspace(1, 1e-13, 40), max(abs(self.analytic), abs(self.numeric), 1e-300)
        with np.errstate(all="ignore"):
            slopes = np.array([(self.quotient(h) - self.quotient(-h)) / (2 * h) for h in steps])
        return steps, np.abs(slopes - self.analytic) / size

    def place(self):
        """Where the wrong entries lie, in words."""
        return place_of(wrong_entries(*self.gradients)) if self.gradients else ""

    def passed(self, tolerance):
        return not self.problem and not self.undecided and self.error <= tolerance

    def line(self, tolerance):
        if self.problem:
            return f"  {self.name}: {self.problem}"
        text = f"  {self.name}: largest relative error {self.error:.1e} over {self.judged} judged"
        if self.kinks:
            shown = ", ".join(str(tuple(map(int, k))) for k in self.kinks[:3])
            text += f", {len(self.kinks)} at a kink not judged ({shown}{', ...' if len(self.kinks) > 3 else ''})"
        text += f", {self.note}" if self.note else ""
        if not self.passed(tolerance):
            text += (f"\n    at {tuple(map(int, self.at))}: backward gives {self.analytic:.10g}, the difference "
                     f"quotient {self.numeric:.10g}")
        elif self.rough:
            text += f"\n    {self.rough} of them are judged to {self.accuracy:.0e} only: forward rounds coarsely there"
        return text


def finite(value):
    """A number that JSON has, or None."""
    return float(value) if np.isfinite(value) else None


def relative_error(analytic, numeric, floor):
    """|a - n| / max(|a|, |n|, floor), entry by entry; infinite where a is not a number."""
    error = np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    return np.where(np.isfinite(analytic), error, np.inf)
