"""Training steps of models A to F on the GPU, and each of their convolutions, against PyTorch's.

    python -m benchmarks.gpu [--models ABCDEF] [--rounds 5] [--out FOLDER]

Printed is a Markdown table; --out writes it, and the same as JSON, to files that are named after the GPU. Contenders
are PyTorch eager and torch.compile(mode="reduce-overhead"), each with TF32 off and on, in processes of their own that
are served in turn. Ours never uses TF32. Some eight minutes.
"""
import argparse
import datetime
import json
import re
import statistics
import time
from pathlib import Path

from nanoae import gpu

from . import gpu_convolutions
from .models import RECIPES, step_of
from .train_step import Contender, ratio, rounded

MODES = "cuda_eager", "cuda_eager_tf32", "cuda_reduce", "cuda_reduce_tf32"
SERVED = 0.1    # seconds of steps that a contender is asked for at a time


def limits():
    """What the device can do at most, from its clocks: {'gpu', 'gflops', 'gbs'}."""
    import cupy
    of = cupy.cuda.runtime.getDeviceProperties(0)
    clock, memory = (cupy.cuda.Device().attributes[name] * 1e3 for name in ("ClockRate", "MemoryClockRate"))
    return {"gpu": of["name"].decode(), "gflops": of["multiProcessorCount"] * 128 * 2 * clock / 1e9,
            "gbs": 2 * memory * of["memoryBusWidth"] / 8 / 1e9}


def steps(letter, rounds):
    """Medians of each contender's ms a step; one that does not run here is left out."""
    contenders = {name: Contender(letter, name, "float32") for name in ("ours_cuda", *MODES)}
    contenders = {name: one for name, one in contenders.items() if one.runs}
    counts = {name: max(1, int(SERVED * 1e3 / one.ask(10))) for name, one in contenders.items()}
    times: dict = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, one in contenders.items():
            times[name].append(one.ask(counts[name]))
    for one in contenders.values():
        one.leave()
    return {name: statistics.median(found) for name, found in times.items()}


def issuing(letter, kernels, wait):
    """Microseconds of Python that a step takes, without waiting for what it began."""
    step, _ = step_of(letter, "float32", kernels)
    found = []
    for k in range(200):
        began = time.perf_counter()
        step()
        found.append((time.perf_counter() - began) * 1e6)
        if k % 10 == 9:
            wait()    # lest the queue fill
    return statistics.median(found[20:])


def row(letter, medians, python_us):
    ours = medians["ours_cuda"]
    return {"model": letter, "recipe": RECIPES[letter], "ours_ms": rounded(ours), "python_us": round(python_us, 1),
            **{f"{mode}_ms": rounded(medians.get(mode)) for mode in MODES},
            **{f"times_{mode}": ratio(medians.get(mode), ours) for mode in MODES}}


def markdown(title, rows):
    """Rows of one kind as a table."""
    if not rows:
        return ""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([str(one.get(name, "")) for name in names] for one in rows)]
    return f"## {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def report(found, of_steps, of_convolutions):
    return (f"# {found['gpu']}, {datetime.date.today().isoformat()}\n\nAt most {found['gflops']:.0f} GF/s and "
            f"{found['gbs']:.0f} GB/s by its clocks.\n\n" + markdown("Training steps", of_steps) + "\n"
            + markdown("Convolutions", of_convolutions))


def keep(folder, found, of_steps, of_convolutions, text):
    """Writes the table and the JSON."""
    name = re.sub(r"[^a-z0-9]+", "-", found["gpu"].lower()).strip("-")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(text)
    (folder / f"{name}.json").write_text(json.dumps(
        {"machine": found, "date": datetime.date.today().isoformat(), "steps": of_steps,
         "convolutions": of_convolutions}, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", default="ABCDEF", help="letters, see benchmarks/models.py")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, help="a folder for the table and the JSON")
    asked = parser.parse_args()
    if not asked.models or not set(asked.models) <= set("ABCDEF") or asked.rounds < 1:
        parser.error("--models takes letters from A to F, --rounds at least 1")
    wrong = gpu.trouble()
    if wrong:
        parser.error(f"nothing can be measured: {wrong[0]}. {wrong[1]}")
    import cupy

    from nanoae.kernels import cupy as kernels
    found, wait = limits(), cupy.cuda.Device().synchronize
    of_steps, of_convolutions = [], []
    for letter in asked.models:
        of_steps.append(row(letter, steps(letter, asked.rounds), issuing(letter, kernels, wait)))
        if letter != "F":
            of_convolutions += gpu_convolutions.measured(letter, kernels, wait, found)
    text = report(found, of_steps, of_convolutions)
    print(text)
    if asked.out:
        keep(asked.out, found, of_steps, of_convolutions, text)


if __name__ == "__main__":
    main()
