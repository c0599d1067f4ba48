"""How much of the zoo the checker detects and names: `python -m nanoae.exercise.zoo.score [WORD ...]`."""
import sys
import time

import numpy as np

from . import bugs, correct


def main(words):
    chosen = [bug for bug in bugs() if not words or any(word in str(bug) for word in words)]
    detected, named, wrong, seconds = 0, 0, 0, []
    for bug in chosen:
        began = time.process_time()
        report = bug.check()
        findings = report.findings
        seconds.append(time.process_time() - began)
        true = bug.truly_named(findings)
        detected += not report.ok
        named += true is True
        wrong += true is False
        if true is not True:
            print(f"{'WRONG' if true is False else 'unnamed'}  {bug}: {[tuple(one) for one in findings]}", flush=True)
    alarms = [str(layer) for layer in correct() if not layer.check().ok]
    layers = {(bug.file, bug.layer) for bug in chosen}
    print(f"{len(chosen)} bugs in {len(layers)} layers: {detected} detected, {named} named truly, {wrong} wrongly")
    print(f"a check with its diagnosis: {np.median(seconds):.2f} s (median), {max(seconds):.1f} s at most")
    print(f"alarms on correct layers: {', '.join(alarms) or 'none'}")


if __name__ == "__main__":
    main(sys.argv[1:])
