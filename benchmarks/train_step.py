"""One training step of models A to G against PyTorch in five modes, JAX in two, and against an im2col peer on A.

    python -m benchmarks.train_step [--models ABCDEFG] [--rounds 9] [--dtype float32] [--json] [--out FOLDER]

Each contender has a process of its own; they are served in turn, so that all meet the same noise, and printed are
medians and their ratios. A library that is not installed is left out. `--json` prints one list, a row a model; `--out`
writes it as well, to a file named after the kind of processor, so that one kind never takes another's place; rows of
models that were not asked for stay in it.
"""
import argparse
import datetime
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

OURS = {"ours": "numba", "ours_cuda": "cupy"}    # contender: its rung
SERVED = 0.2    # seconds of steps that a contender is asked for at a time
WARM = 0.3    # seconds of steps before them


def serve(letter, name, dtype):
    """A contender's process: for a count on standard input, takes so many steps and answers with ms a step."""
    if name in OURS:
        from .models import step_of
        step, macs = step_of(letter, dtype, OURS[name])
    elif name == "im2col":
        from .im2col_peer import step as peer
        step, macs = peer(), 0
    elif name.startswith("jax"):
        from .jax_models import step_of as jitted
        step, macs = jitted(letter, name, dtype), 0
    else:
        from .pytorch_models import step_of as theirs
        step, macs = theirs(letter, name, dtype), 0
    wait = waits_for(name)
    for _ in range(3):
        step()
    print(f"ready {macs}", flush=True)
    for line in sys.stdin:
        count, began = int(line), time.perf_counter()
        while time.perf_counter() - began < WARM:    # the first steps after another process had the cores are slow
            step()
        wait()
        began = time.perf_counter()
        for _ in range(count):
            step()
        wait()
        print((time.perf_counter() - began) * 1e3 / count, flush=True)


def waits_for(name):
    """A function that waits until all that a contender began is done."""
    if name == "ours_cuda":
        import cupy
        return cupy.cuda.Device().synchronize
    if name.startswith("cuda"):
        import torch
        return torch.cuda.synchronize
    return lambda: None


class Contender:
    """A process that takes steps when asked; `macs` of one step where it knows them."""

    def __init__(self, letter, name, dtype):
        self.process = subprocess.Popen([sys.executable, "-m", "benchmarks.train_step", "--serve", letter, name, dtype],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True)
        answer = self.process.stdout.readline().split()
        self.runs = bool(answer)
        self.macs = int(answer[1]) if answer else 0

    def ask(self, count):
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def leave(self):
        self.process.stdin.close()
        self.process.wait()


def measure(letter, rounds, dtype, modes):
    """({contender: ms of each round}, multiply-adds of our step); a mode that does not run here is left out."""
    names = ["ours", *modes, *(["im2col"] if letter == "A" and dtype == "float32" else [])]
    contenders = {name: Contender(letter, name, dtype) for name in names}
    contenders = {name: one for name, one in contenders.items() if one.runs}
    counts = {name: max(1, int(SERVED * 1e3 / one.ask(1))) for name, one in contenders.items()}
    times = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, one in contenders.items():
            times[name].append(one.ask(counts[name]))
    for one in contenders.values():
        one.leave()
    return times, contenders["ours"].macs


def row(letter, times, macs, found, dtype):
    """What the table says of a model."""
    from .models import RECIPES
    medians = {name: statistics.median(values) for name, values in times.items()}
    ours, rivals = medians["ours"], {name: ms for name, ms in medians.items() if name not in ("ours", "im2col")}
    jax = min((ms for name, ms in rivals.items() if name.startswith("jax")), default=None)
    best = min(rivals, key=rivals.get) if rivals else None
    torch = min((ms for name, ms in rivals.items() if not name.startswith("jax")), default=None)
    peak = found["peak_gflops" if dtype == "float32" else "peak_gflops_float64"]
    return {"model": letter, "recipe": RECIPES[letter], "ours_ms": round(ours, 4),
            "eager_ms": rounded(rivals.get("eager")), "best_ms": rounded(rivals.get(best)), "best_mode": best,
            "ours_varies": [round(min(times["ours"]), 4), round(max(times["ours"]), 4)],
            "ratio_eager": ratio(rivals.get("eager"), ours), "ratio_torch": ratio(torch, ours),
            "ratio_jax": ratio(jax, ours), "ratio_best": ratio(rivals.get(best), ours),
            "share_of_peak": round(2 * macs / ours / 1e6 / peak, 3), "cpu": found["cpu"], "dtype": dtype,
            "ratio_im2col": ratio(medians.get("im2col"), ours), "gflops": round(2 * macs / ours / 1e6, 1),
            "all_ms": {name: round(ms, 4) for name, ms in medians.items()}, "machine": found,
            "date": datetime.date.today().isoformat()}


def keep(rows, file):
    """Writes the rows to the file, beside those of other models that it holds."""
    file.parent.mkdir(parents=True, exist_ok=True)
    held = {old["model"]: old for old in (json.loads(file.read_text()) if file.exists() else [])}
    held |= {new["model"]: new for new in rows}
    file.write_text(json.dumps([held[model] for model in sorted(held)], indent=1) + "\n")


def line(found):
    """A row for people."""
    every = "  ".join(f"{name} {ms:.3f} ms" for name, ms in found["all_ms"].items())
    least, most = found["ours_varies"]
    return (f"{found['model']} {found['recipe']:20}{every}   times eager {found['ratio_eager']}, PyTorch's best mode "
            f"{found['ratio_torch']}, JAX {found['ratio_jax']}, the im2col peer {found['ratio_im2col']}; "
            f"{found['share_of_peak']:.0%} of the peak; ours from {least} to {most} ms")


def rounded(ms):
    return None if ms is None else round(ms, 4)


def ratio(theirs, ours):
    return None if theirs is None else round(theirs / ours, 2)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--models", default="ABCDEFG", help="letters, see benchmarks/models.py")
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--dtype", choices=("float32", "float64"), default="float32")
    arguments.add_argument("--modes", default="eager,fused,cl,compile,cl_compile,jax,jax_nchw",
                           help="PyTorch's and JAX's")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--out", help="a folder that gets the JSON as well, a file for each kind of processor")
    arguments.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.serve:
        return serve(*options.serve)
    if not set(options.models) <= set("ABCDEFG") or options.rounds < 1:
        arguments.error("--models takes letters from A to G, --rounds at least 1")
    from .machine import limits, printed
    found, rows = limits(), []
    print(printed(found), file=sys.stderr if options.json else sys.stdout, flush=True)
    for letter in options.models:
        times, macs = measure(letter, options.rounds, options.dtype, options.modes.split(","))
        rows.append(row(letter, times, macs, found, options.dtype))
        if not options.json:
            print(line(rows[-1]), flush=True)
    if options.out:
        keep(rows, Path(options.out) / f"{found['kind']}-{options.dtype}.json")
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
