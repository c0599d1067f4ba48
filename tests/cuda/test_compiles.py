"""Every kernel that recipes and the models of the comparison launch compiles for the GPUs we name, without spills."""
import re
from contextlib import contextmanager
from functools import cache
from itertools import product

import numpy as np
import pytest

from benchmarks.models import step_of
from nanoae.recipes import RECIPES, get_recipe
from tests.device.emulated import rung

from .nvrtc import Compiler, find, resources

ARCHITECTURES = 75, 80, 90, 100, 120
GATE = ((13, 75, "float32"), (13, 90, "float32"), (13, 120, "float32"), (13, 80, "float64"),
        (12, 100, "float32"))    # each once; the rest by -m exhaustive
FOLDER = rung.launch.HERE
MOST = 200    # registers of a thread: a block of 256 threads then fits a multiprocessor's 65,536
ANY = (1, 128, 128)    # images, for recipes that take any


@contextmanager
def noted():
    """{(file, name)} of the kernels that would be launched inside `with`; nothing is computed."""
    found, function = set(), rung.launch.function

    def note(file, name, kind):
        found.add((file, name))
        return lambda *arguments, **given: None

    rung.launch.function = note
    try:
        with np.errstate(all="ignore"):    # of numbers that nobody computed
            yield found
    finally:
        rung.launch.function = function


@cache
def of_model(letter, dtype):
    with noted() as found:
        step, _ = step_of(letter, dtype, rung)
        step()
    return found


@cache
def of_recipe(name, dtype):
    """Of a forward and a backward through a recipe's networks, but for those that begin with a trained encoder."""
    recipe = get_recipe(name)
    s = recipe.Settings()
    shape = getattr(getattr(recipe, "source", None), "shape", None) or ANY
    with noted() as found:
        for method in () if getattr(s, "encoder", "") is None else recipe.titles:
            net = recipe.network(s, method, shape).build(recipe.takes(s, method, shape), dtype, rung,
                                                         np.random.default_rng(0))
            n = getattr(s, "batch_size", None) or 100
            y, cache = net.forward(np.zeros((n, *net.in_shape), dtype), train=True, rng=np.random.default_rng(0))
            net.backward(np.zeros(y.shape, dtype), cache)
    return found


def launched(dtype):
    return set().union(*(of_model(letter, dtype) for letter in "ABCDEFG"),
                       *(of_recipe(name, dtype) for name in RECIPES))


def test_kernels_are_those_of_files_and_templates_that_exist():
    found = launched("float32")
    assert len(found) > 50
    for file, name in found:
        source = (FOLDER / file).read_text()
        assert re.search(rf"__global__ void {re.escape(name.partition('<')[0])}\(", source), (file, name)


@pytest.mark.parametrize(("nvrtc", "architecture", "dtype"), [
    pytest.param(*one, marks=pytest.mark.slow if one in GATE else pytest.mark.exhaustive)
    for one in product((13, 12), ARCHITECTURES, ("float32", "float64"))])
def test_every_kernel_compiles_within_its_budget(nvrtc, architecture, dtype):
    if find(nvrtc) is None:
        pytest.skip(f"needs NVRTC {nvrtc}: pip install -e '.[nvrtc]'")
    compiler = Compiler(find(nvrtc))
    kernels: dict = {}
    for file, name in launched(dtype):
        kernels.setdefault(file, set()).add(name)
    strict = ("-Werror=all-warnings",) if compiler.version >= (13, 0) else ()    # 12 knows no such word
    for file, names in kernels.items():
        options = *rung.launch.options(dtype), *strict
        templates = sorted(name for name in names if "<" in name)
        log = compiler.compile(rung.launch.source(file), architecture, options, templates)
        for kernel, (registers, spilled, shared) in resources(log).items():
            assert spilled == 0, f"{file}, {kernel}: {spilled} bytes spilled"
            assert registers <= MOST, f"{file}, {kernel}: {registers} registers"
            assert shared <= 48 * 1024
