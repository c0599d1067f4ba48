"""How much of the zoo the checker detects and names: `python -m nanoae.exercise.zoo.score [WORD ...]`.

The fresh bugs, written after the rules stood, are counted beside the others.
"""
import sys
import time
from collections import Counter

import numpy as np

from . import FRESH, bugs, correct


def scored(bug):
    """(report, is every name said true, seconds of the check and its diagnosis)"""
    began = time.process_time()
    report = bug.check()
    true = bug.truly_named(report.findings)
    return report, true, time.process_time() - began


def summary(title, bugs, results):
    """Three lines on a part of the zoo."""
    layers, kinds = {(bug.file, bug.layer) for bug in bugs}, Counter(bug.names[0] for bug in bugs)
    detected = sum(report.verdict == "wrong" for report, *_ in results)
    named, wrong = (sum(true is said for _, true, _ in results) for said in (True, False))
    seconds = [second for *_, second in results]
    print(f"{title}: {len(bugs)} bugs of {len(kinds)} kinds ({max(kinds.values())} of one at most), "
          f"{len(layers)} layers\n"
          f"  {detected} detected, {named} named truly ({named / len(bugs):.1%}), {wrong} wrongly\n"
          f"  a check with its diagnosis: {np.median(seconds):.2f} s (median), {max(seconds):.1f} s at most")


def main(words):
    chosen = [bug for bug in bugs() if not words or any(word in str(bug) for word in words)]
    results = []
    for bug in chosen:
        results.append(scored(bug))
        report, true, _ = results[-1]
        if true is not True:
            print(f"{'WRONG' if true is False else 'unnamed'}  {bug}: "
                  f"{[tuple(filter(None, one)) for one in report.findings]}", flush=True)
    for title, fresh in (("zoo", False), ("fresh, written after the rules stood", True)):
        part = [k for k, bug in enumerate(chosen) if (bug.file in FRESH) == fresh]
        if part:
            summary(title, [chosen[k] for k in part], [results[k] for k in part])
    for title, layer in (("convolution 2 x 3 x 7 x 6", "convolution"), ("dense", "dense")):
        times = [results[k][2] for k, bug in enumerate(chosen) if bug.file == layer]
        if times:
            print(f"{title}: {np.median(times):.2f} s (median)")
    alarms = [str(layer) for layer in correct() if not layer.check().ok]
    print(f"alarms on the {len(correct())} correct layers: {', '.join(alarms) or 'none'}")


if __name__ == "__main__":
    main(sys.argv[1:])
