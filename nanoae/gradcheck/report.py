"""What a check found: one entry for each input, and the sentence that a person reads."""
from dataclasses import dataclass, field

import numpy as np


class GradientError(AssertionError):
    """A gradient is wrong, or could not be judged. `report` holds the figures."""

    def __init__(self, report):
        super().__init__(str(report))
        self.report = report


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
    problem: str = ""    # what is wrong before any number is compared

    def passed(self, tolerance):
        return not self.problem and self.error <= tolerance

    def line(self, tolerance):
        if self.problem:
            return f"  {self.name}: {self.problem}"
        text = f"  {self.name}: largest relative error {self.error:.1e} over {self.judged} judged"
        if self.kinks:
            shown = ", ".join(str(tuple(map(int, k))) for k in self.kinks[:3])
            text += f", {len(self.kinks)} at a kink not judged ({shown}{', ...' if len(self.kinks) > 3 else ''})"
        if not self.passed(tolerance):
            text += (f"\n    at {tuple(map(int, self.at))}: backward gives {self.analytic:.10g}, the difference "
                     f"quotient {self.numeric:.10g}")
        return text


@dataclass
class Report:
    """The outcome of a check; true where everything passed."""

    kind: str
    tolerance: float
    entries: list
    step: float | None = None

    @property
    def ok(self):
        return all(entry.passed(self.tolerance) for entry in self.entries)

    @property
    def error(self):
        """The largest relative error over all inputs."""
        return max(entry.error for entry in self.entries)

    def __bool__(self):
        return self.ok

    def __str__(self):
        step = f", step {self.step:.1e}" if self.step else ""
        head = f"{self.kind} {'passed' if self.ok else 'FAILED'} (tolerance {self.tolerance:.1e}{step})"
        return "\n".join([head, *(entry.line(self.tolerance) for entry in self.entries)])

    def settle(self, raise_error):
        """The report, or GradientError where it failed and raise_error asks for it."""
        if raise_error and not self.ok:
            raise GradientError(self)
        return self


def relative_error(analytic, numeric, floor):
    """|a - n| / max(|a|, |n|, floor), entry by entry; infinite where a is not a number."""
    error = np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    return np.where(np.isfinite(analytic), error, np.inf)
