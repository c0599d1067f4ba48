"""What a check found: one entry for each input, and the text that a person reads."""
from dataclasses import dataclass
from html import escape
from typing import Any

from .entry import Finding, finite
from .names import lesson


class GradientError(AssertionError):
    """A gradient is wrong, or could not be judged. `report` holds the figures; the text names the mistake."""

    def __init__(self, report):
        super().__init__(report)
        self.report = report

    def __str__(self):    # late: a mistake is looked for where somebody reads about it
        return str(self.report)


@dataclass
class Report:
    """The outcome of a check; true where everything passed.

    verdict: "right", "wrong", or "undecided" where the check cannot tell. findings: one for each wrong input, with the
    mistake's name; "unknown" where it has none, with the place of the wrong entries.
    """

    kind: str
    tolerance: float
    entries: list
    step: float | None = None
    advice: tuple = ()
    diagnose: Any = None    # () -> findings, made when they are first asked for
    found: list | None = None

    @property
    def verdict(self):
        if all(entry.passed(self.tolerance) for entry in self.entries):
            return "right"
        wrong = [entry for entry in self.entries if not entry.passed(self.tolerance) and not entry.undecided]
        return "wrong" if wrong else "undecided"

    @property
    def ok(self):
        return self.verdict == "right"

    @property
    def error(self):
        """The largest relative error over all inputs."""
        return max(entry.error for entry in self.entries)

    @property
    def findings(self):
        """[Finding]: what is wrong with each wrong input; empty where nothing is."""
        if self.found is None:
            early = [Finding(entry.name, entry.mistake, entry.problem) for entry in self.entries
                     if entry.mistake not in ("", "shape")]
            wrong = [entry for entry in self.entries if not entry.passed(self.tolerance)]
            later = self.diagnose() if self.diagnose and wrong and not early else []
            told = {finding.input for finding in later}
            places = {entry.name: entry.place() for entry in wrong}
            self.found = early or [
                *(f._replace(where=places.get(f.input, "")) if f.name == "unknown" else f for f in later),
                *(Finding(entry.name, entry.mistake or "unknown", places[entry.name]) for entry in wrong
                  if entry.name not in told and not entry.undecided)]
        return self.found

    def __bool__(self):
        return self.ok

    def __str__(self):
        step = f", step {self.step:.1e}" if self.step else ""
        said = {"right": "passed", "wrong": "FAILED", "undecided": "UNDECIDED"}[self.verdict]
        lines = [f"{self.kind} {said} (tolerance {self.tolerance:.1e}{step})"]
        lines += [entry.line(self.tolerance) for entry in self.entries]
        lines += [f"  {text}" for text in self.advice if self.ok]
        return "\n".join(lines + self.named() + self.next_step())

    def _repr_html_(self):
        """For notebooks: a row for each input, then what is wrong and what to do."""
        rows = [(entry.name, f"{entry.error:.1e}", "right" if entry.passed(self.tolerance) else
                 "undecided" if entry.undecided else "wrong") for entry in self.entries]
        body = "".join(f"<tr><td>{escape(name)}</td><td class=number>{error}</td><td>{verdict}</td></tr>"
                       for name, error, verdict in rows)
        said = "".join(f"<p>{escape(line.strip())}</p>" for line in self.named() + self.next_step())
        return (f"<table><caption>{escape(self.kind)}: {self.verdict}, tolerance {self.tolerance:.1e}</caption><thead>"
                "<tr><th>gradient of</th><th class=number>largest relative error</th><th></th></tr></thead>"
                f"<tbody>{body}</tbody></table>{said}")

    def hints(self, level):
        """A line for each finding. level 1: the symptom; 2: a question that leads to it; 3: the line of mathematics."""
        told = []
        for finding in self.findings:
            entry = next((entry for entry in self.entries if entry.name == finding.input), None)
            symptom = entry.line(self.tolerance).strip() if entry else finding.where
            question, mathematics = lesson(finding.name)
            told.append(symptom if level == 1 or not question else f"{finding.input}: {question}" if level == 2 else
                        f"{finding.input}: {finding.name}; {mathematics}")
        return told

    def as_json(self):
        """What a grader reads: plain values, one dictionary for the whole and one for each wrong input."""
        worst = max((entry for entry in self.entries), key=lambda entry: entry.error)
        findings = [finding._asdict() for finding in self.findings]
        named = [finding for finding in findings if finding["name"] != "unknown"]
        first = (named or findings or [{"input": "", "name": "", "where": "", "line": ""}])[0]
        return {"verdict": self.verdict, "detected": self.verdict == "wrong", "named": bool(named),
                "name": first["name"], "confidence": 1.0 if named else 0.0, "input": first["input"],
                "where": first["where"], "line": first["line"],
                "worst": {"input": worst.name, "index": [int(k) for k in worst.at], "error": finite(worst.error),
                          "backward": finite(worst.analytic), "numeric": finite(worst.numeric)},
                "step": self.step, "tolerance": self.tolerance, "findings": findings}

    def named(self):
        """A line for each mistake, with the inputs whose gradients have it."""
        told = [entry.problem for entry in self.entries if entry.problem]    # already, in the entry's line
        inputs: dict = {}
        for finding in self.findings:
            if finding.where not in told:
                inputs.setdefault(finding[1:], []).append(finding.input)
        return [f"  diagnosis, {', '.join(names)}: {name}{'; ' if where or line else ''}{f'{where} {line}'.strip()}"
                for (name, where, line), names in inputs.items()]

    def next_step(self):
        """One line: what to do now."""
        finding = next((one for one in self.findings if one.name != "unknown"), None) or next(iter(self.findings), None)
        if finding is None:
            return []
        question, mathematics = lesson(finding.name)
        entry = next((one for one in self.entries if one.name == finding.input and one.gradients), None)
        if question:
            return [f"  next: {question} {mathematics}"]
        at = f" at {tuple(map(int, entry.at))}" if entry and entry.at else ""
        return [f"  next: work out the gradient of {finding.input}{at} on paper, or check a part of forward by itself"]

    def settle(self, raise_error):
        """The report, or GradientError where it did not pass and raise_error asks for it."""
        if raise_error and not self.ok:
            raise GradientError(self)
        return self
