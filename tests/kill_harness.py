"""Kills a run with SIGKILL at random moments, resumes it each time, and compares its final bits with an unhurt run's.

    python -m tests.kill_harness --kills 20 --in-save 3 [--recipe nam-autoencoder] [--optimizer momentum] [--cold]

Trains a recipe on its embedded data. A moment is counted as inside a save when the kill left a half-written checkpoint
beside the whole one. --cold: each of the two runs begins with no compiled kernels, so that kills fall into compiling.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CHECKPOINT, PART = "checkpoint.safetensors", ".checkpoint.safetensors.nanoae-part"


@dataclass
class Outcome:
    kills: int
    after_a_checkpoint: int
    inside_a_save: int
    identical: bool
    seconds: float    # of the unhurt run


def tensors_equal(a, b):
    """The same names, dtypes, shapes and bits."""
    return set(a) == set(b) and all(a[k].dtype == b[k].dtype and a[k].tobytes() == b[k].tobytes() for k in a)


def command(recipe, settings, out, resume):
    return [sys.executable, "-m", "nanoae", "run", recipe, *settings, "--out", str(out),
            *(["--resume"] if resume else [])]


def environment(folder, cold):
    """The variables of a run; cold: with a folder of its own for compiled kernels."""
    return os.environ | ({"NANOAE_CACHE": str(folder) + "-kernels"} if cold else {})


def kill_and_resume(settings, folder, kills, seed=0, within=9.0, in_save=0, recipe="mnist-autoencoder", cold=False):
    """Runs once unhurt and once with `kills` kills, each up to `within` seconds after a start; an Outcome.

    The last `in_save` kills wait for a save to be under way.
    """
    chance, whole, hurt = random.Random(seed), Path(folder) / "whole", Path(folder) / "hurt"
    began = time.perf_counter()
    subprocess.run(command(recipe, settings, whole, False), check=True, capture_output=True,
                   env=environment(whole, cold))
    seconds = time.perf_counter() - began
    done = after = inside = 0
    while True:
        process = subprocess.Popen(command(recipe, settings, hurt, (hurt / "config.json").exists()),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(hurt, cold))
        if done < kills:
            saving = done >= kills - in_save
            if wait_for_moment(process, hurt, chance.uniform(0.3, within), saving):
                process.kill()
                done += 1
                after += any(hurt.rglob(CHECKPOINT))
        if process.wait() == 0:
            break
        inside += any(hurt.rglob(PART))
    return Outcome(done, after, inside, same_results(whole, hurt), seconds)


def same_results(whole, hurt):
    """The same cells, histories, bits of all tensors, and summaries but for their times?"""
    from safetensors.numpy import load_file

    def cells(run):
        return sorted(str(path.parent.relative_to(run)) for path in run.rglob(CHECKPOINT))

    return cells(whole) == cells(hurt) and timeless(whole) == timeless(hurt) and all(
        losses(whole / cell) == losses(hurt / cell) and timeless(whole / cell) == timeless(hurt / cell)
        and tensors_equal(load_file(whole / cell / name), load_file(hurt / cell / name))
        for cell in cells(whole) for name in (CHECKPOINT, "weights.safetensors"))


def timeless(folder):
    """A summary without its times."""
    from nanoae.sealed import read_json

    def rest(content):
        return {key: rest(value) if isinstance(value, dict) else value for key, value in content.items()
                if "seconds" not in key}

    return rest(read_json(folder / "summary.json"))


def wait_for_moment(process, folder, seconds, saving):
    """Waits that long, and then, if asked, for a save to be under way; False where the run ended before."""
    until = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > until and (not saving or any(folder.rglob(PART))):
            return True
        if not saving or time.monotonic() < until:
            time.sleep(0.005)
    return False


def losses(folder):
    """The history's lines without times."""
    lines = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    return [{key: value for key, value in line.items() if key != "seconds"} for line in lines]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--in-save", type=int, default=3)
    options.add_argument("--recipe", default="mnist-autoencoder")
    options.add_argument("--optimizer", help="the recipe's own where it is left out")
    options.add_argument("--epochs", type=int, default=40)
    options.add_argument("--data", default="embedded", help="a set that needs no download")
    options.add_argument("--within", type=float, default=9.0, help="seconds after a start, at most, to a kill")
    options.add_argument("--cold", action="store_true", help="begin without compiled kernels")
    options.add_argument("--backend", default="numba")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="further settings of the run")
    chosen = options.parse_args()
    settings = ["--epochs", str(chosen.epochs), "--backend", chosen.backend, "--workers", str(chosen.workers),
                *([] if chosen.recipe == "anamo" else ["--data", chosen.data]),
                *(["--optimizer", chosen.optimizer] if chosen.optimizer else []),
                *(["--set", *chosen.set] if chosen.set else [])]
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_and_resume(settings, folder, chosen.kills, chosen.seed, chosen.within, chosen.in_save,
                                  chosen.recipe, chosen.cold)
    print(f"{chosen.recipe} {chosen.optimizer or ''}: {outcome}", flush=True)
    return 0 if outcome.identical else 1


if __name__ == "__main__":
    sys.exit(main())
