"""What only a GPU can show: run with -m gpu, beside all other tests, which then go through the cupy rung as well."""
import shutil
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.models import built, training_step
from nanoae import gpu
from nanoae.cli import main
from nanoae.recipes import RECIPES

wrong = gpu.trouble()
pytestmark = [pytest.mark.gpu, pytest.mark.skipif(wrong is not None, reason=wrong[0] if wrong else "")]


def losses(letter, dtype, backend, steps=50):
    step, _ = training_step(built(letter, dtype, backend), 100)
    return np.array([float(step()) for _ in range(steps)])


@pytest.mark.parametrize("letter", "ABCDF")
def test_fifty_losses_are_the_cpu_s(letter):
    right, ours = (losses(letter, "float64", backend) for backend in ("numba", "cupy"))
    assert np.allclose(ours, right, rtol=1e-9)
    right, ours = (losses(letter, "float32", backend) for backend in ("numba", "cupy"))
    assert ours[0] == pytest.approx(right[0], rel=1e-5)
    assert ours[-1] == pytest.approx(right[-1], rel=5e-3)


@pytest.mark.parametrize("letter", "ABCDF")
def test_the_same_numbers_give_the_same_bits(letter):
    first, again = (losses(letter, "float32", "cupy", steps=5) for _ in range(2))
    assert np.array_equal(first, again)


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_trains_for_an_epoch(recipe, tmp_path):
    data = () if recipe == "anamo" else ("--data", "embedded")    # that one draws its own
    assert main(["run", recipe, "--epochs", "1", "--backend", "cupy", *data, "--out", str(tmp_path / "run")]) == 0
    assert (tmp_path / "run" / "summary.json").exists()


STEPS = """
from benchmarks.models import step_of
for letter in "ABCF":
    step, _ = step_of(letter, backend="cupy", batch=40)
    for _ in range(3):
        step()
"""


@pytest.mark.skipif(shutil.which("compute-sanitizer") is None, reason="needs compute-sanitizer")
@pytest.mark.parametrize("tool", ["memcheck", "racecheck", "synccheck", "initcheck"])
def test_the_sanitizer_finds_nothing(tool):
    done = subprocess.run(["compute-sanitizer", "--tool", tool, "--error-exitcode", "9", sys.executable, "-c", STEPS],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
