"""Every kernel that the models of the comparison launch compiles for the GPUs we name, without spilling registers."""
import re

import numpy as np
import pytest

from benchmarks.models import step_of
from tests.device.emulated import rung

from .nvrtc import Compiler, find, resources

ARCHITECTURES = 75, 80, 90, 100, 120
FOLDER = rung.launch.HERE
MOST = 200    # registers of a thread: two blocks of 128 threads then fit a multiprocessor's 65,536 at the least


def launched(letter, dtype):
    """{(file, name)} of the kernels that a training step of a model launches; nothing is computed."""
    found, function = set(), rung.launch.function

    def noted(file, name, kind):
        found.add((file, name))
        return lambda *arguments, **given: None

    rung.launch.function = noted
    try:
        with np.errstate(all="ignore"):    # of numbers that nobody computed
            step, _ = step_of(letter, dtype, rung)
            step()
    finally:
        rung.launch.function = function
    return found


@pytest.mark.parametrize("letter", "ABCDEFG")
def test_a_model_s_kernels_are_those_of_files_and_templates_that_exist(letter):
    for file, name in launched(letter, "float32"):
        source = (FOLDER / file).read_text()
        assert re.search(rf"__global__ void {re.escape(name.partition('<')[0])}\(", source), (file, name)


@pytest.mark.slow
@pytest.mark.skipif(find() is None, reason="needs NVRTC: pip install -e '.[nvrtc]'")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_kernel_compiles_within_its_budget(architecture, dtype):
    compiler = Compiler(find())
    kernels: dict = {}
    for letter in "ABCDEFG":
        for file, name in launched(letter, dtype):
            kernels.setdefault(file, set()).add(name)
    strict = ("-Werror=all-warnings",) if compiler.version >= (13, 0) else ()    # 12 knows no such word
    for file, names in kernels.items():
        code = (FOLDER / file).read_text()
        options = f"-DReal={'float' if dtype == 'float32' else 'double'}", "-std=c++17", f"-I{FOLDER}", *strict
        log = compiler.compile(code, architecture, options, sorted(name for name in names if "<" in name))
        for kernel, (registers, spilled, shared) in resources(log).items():
            assert spilled == 0, f"{file}, {kernel}: {spilled} bytes spilled"
            assert registers <= MOST, f"{file}, {kernel}: {registers} registers"
            assert shared <= 48 * 1024
