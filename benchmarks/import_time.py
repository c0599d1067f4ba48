"""How long `import nanoae` takes, beside `import numpy`, which it needs: medians of fresh processes, in turn.

    python -m benchmarks.import_time [--rounds 15]
"""
import argparse
import statistics
import subprocess
import sys

CODE = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=15)
    rounds = arguments.parse_args().rounds
    times = {"numpy": [], "nanoae": []}
    for _ in range(rounds):
        for name, values in times.items():
            done = subprocess.run([sys.executable, "-c", CODE.format(name)], capture_output=True, text=True, check=True)
            values.append(float(done.stdout))
    for name, values in times.items():
        print(f"import {name:8} {statistics.median(values):.3f} s (median of {rounds})")


if __name__ == "__main__":
    main()
