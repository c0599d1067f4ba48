"""The compiled rung: spare lanes reach nothing, bits do not depend on threads, kernels last on disk."""
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nanoae import Stack
from nanoae.kernels import numba, reference
from nanoae.kernels import numpy as plain
from nanoae.kernels.numba import host
from nanoae.kernels.numba.weight_plan import weight_plan
from nanoae.layers import (
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Reshape,
    Sigmoid,
)
from nanoae.losses import bce, mse
from nanoae.samples import Chosen

SHAPE = (2, 12, 12)


def network(dtype="float64", backend="numba", fuse=True):
    layers = [Conv2d(2, 5, 3, 2, 1), BatchNorm(5), ReLU(), Dropout(0.2), MaxPool2d(2), Conv2d(5, 7, 2, dilation=2),
              LeakyReLU(0.1), Flatten(), Linear(7, 9), ReLU(), Reshape((9, 1, 1)), ConvTranspose2d(9, 4, 6), ReLU(),
              ConvTranspose2d(4, 2, 4, 2, 1), Sigmoid()]
    return Stack(layers).build(SHAPE, dtype, backend, np.random.default_rng(0), fuse=fuse)


def images(n, dtype="float64"):
    return np.random.default_rng(n).random((n, *SHAPE)).astype(dtype)


def step(net, cache, x, loss=mse):
    net.forward(x, cache, train=True, rng=np.random.default_rng(7), need_y=False)
    value = float(net.loss(loss, x, cache))
    net.backward(None, cache, need_dx=False)
    return value


@pytest.mark.parametrize("n", [1, 31, 32, 33, 125])
@pytest.mark.parametrize("loss", [mse, bce])
def test_spare_lanes_reach_no_loss_statistic_or_gradient(n, loss):
    results = []
    for backend in ("numpy", "numba"):
        net = network(backend=backend)
        cache = net.make_cache(125)
        step(net, cache, 50 * images(125), mse)    # what is left in the lanes must not matter
        value = step(net, cache, images(n), loss)
        net.commit(cache)
        results.append((value, net.grad.copy(), net.running.copy()))
    (value, grad, running), (their_value, their_grad, their_running) = results
    assert abs(value - their_value) <= 1e-12 * abs(value)
    assert np.max(np.abs(grad - their_grad)) <= 1e-11 * np.max(np.abs(grad))
    assert np.max(np.abs(running - their_running)) <= 1e-12 * np.max(np.abs(running))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_fused_and_unfused_agree(dtype):
    fused, plain = network(dtype), network(dtype, fuse=False)
    x = images(40, dtype)
    values = [step(net, net.make_cache(40), x) for net in (fused, plain)]
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    assert abs(values[0] - values[1]) <= tolerance * values[1]
    assert np.max(np.abs(fused.grad - plain.grad)) <= tolerance * np.max(np.abs(plain.grad))
    assert not plain.leaves[-1].fusion.loss_derives
    assert fused.leaves[-1].fusion.loss_derives


def test_summary_says_which_rung_serves_a_layer():
    lines = network().summary().splitlines()
    assert next(line for line in lines if "dilation=2" in line).endswith("numpy")
    assert next(line for line in lines if "Linear(7, 9)" in line).endswith("numba")


@pytest.mark.parametrize("backend", ["reference", "numpy", "numba"])
def test_a_chosen_batch_equals_its_array(backend):
    data = np.random.default_rng(3).integers(0, 256, (9, 2, 3, 5), np.uint8)
    index = np.array([8, 0, 3, 3])
    results = []
    for x in (Chosen(data, index), np.asarray(Chosen(data, index))):
        net = Stack([Conv2d(2, 3, 2), ReLU(), ConvTranspose2d(3, 2, 2)]).build((2, 3, 5), "float32", backend,
                                                                               np.random.default_rng(0))
        y, cache = net.forward(x)
        value = net.loss(mse, x, cache)
        net.backward(None, cache)
        results.append((y.copy(), float(value), net.grad.copy()))
    for ours, theirs in zip(*results, strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("backend", ["reference", "numpy", "numba"])
def test_a_chosen_target_may_differ_from_the_input(backend):
    data = np.random.default_rng(3).integers(0, 256, (9, 2, 3, 5), np.uint8)
    net = Stack([Conv2d(2, 3, 2), ReLU(), ConvTranspose2d(3, 2, 2)]).build((2, 3, 5), "float64", backend,
                                                                           np.random.default_rng(0))
    target = Chosen(data, np.array([1, 7]), np.float64)
    y, cache = net.forward(Chosen(data, np.array([0, 5]), np.float64))
    assert float(net.loss(mse, target, cache)) == pytest.approx(mse(y.copy(), np.asarray(target))[0], rel=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kernels", [plain, numba], ids=lambda kernels: kernels.__name__)
@pytest.mark.parametrize("decoupled", [False, True])
def test_adam_equals_the_reference(kernels, decoupled, dtype):
    rng = np.random.default_rng(0)
    ours = [rng.standard_normal(37).astype(dtype), np.zeros(37, dtype), np.zeros(37, dtype)]
    theirs = [a.astype("float64") for a in ours]
    for t in range(1, 9):
        grad = rng.standard_normal(37).astype(dtype)
        for rung, (theta, m, v) in ((kernels, ours), (reference, theirs)):
            rung.adam(theta, grad.astype(theta.dtype), m, v, t, 0.01, 0.8, 0.95, 1e-3, 0.1, decoupled)
    for a, b in zip(ours, theirs, strict=True):
        assert np.max(np.abs(a - b)) <= (1e-5 if dtype == "float32" else 1e-12) * np.max(np.abs(b))


THREADS = """
import hashlib, sys
import numpy as np
from nanoae.backend import set_threads
from tests.kernels.test_numba_rung import images, network, step
digests = set()
for threads in (1, 2, 4):
    set_threads(threads)
    for _ in range(20):
        net = network("float32")
        step(net, net.make_cache(70), images(70, "float32"))
        digests.add(hashlib.sha256(net.grad.tobytes()).hexdigest())
print(len(digests))
"""


WEIGHT_GRADIENTS = """
import numpy as np
from nanoae.backend import set_threads
from nanoae.kernels import numba
from nanoae.kernels.numba.host import LANES
rng, different = np.random.default_rng(0), []
for dtype in ("float32", "float64"):
    for c_in, c_out, kernel, stride in [(a, b, k, s) for a in (1, 2, 3, 5, 7, 9, 13) for b in (1, 2, 4, 5, 7, 10, 13)
                                        for k, s in ((3, 1), (4, 2))]:
        size = 7
        places = (size + 2 - kernel) // stride + 1
        x, dy = (rng.standard_normal(numba.storage(3 * LANES, shape)).astype(dtype)
                 for shape in ((c_in, size, size), (c_out, places, places)))
        found = set()
        for threads in (1, 2, 4, 2, 4):
            set_threads(threads)
            out = np.zeros((c_out, c_in, kernel, kernel), dtype)
            numba.conv2d_weight_grad(x, dy, ((stride, stride), (1, 1, 1, 1), (1, 1), 1), out=out)
            found.add(out.tobytes())
        if len(found) > 1:
            different.append((dtype, c_in, c_out, kernel))
print(different)
"""


def test_weight_gradients_have_the_same_bits_for_any_number_of_threads():
    assert run(WEIGHT_GRADIENTS, NUMBA_NUM_THREADS="4")[0] == "[]"


@pytest.mark.parametrize("width", [width for width in (2, 4, 8, 16) if width <= host.LANES])
def test_vectors_of_a_work_s_sums_end_within_it(width):
    """`inner` adds whole vectors; one that reached beyond would race with the thread that sums there."""
    for c_in, c_out, kernel in [(a, b, (3, k)) for a in range(1, 14) for b in range(1, 14) for k in (1, 3, 4)]:
        p = weight_plan(2, (9, 9), (4, 4), kernel, (2, 2), (1, 1), c_in, c_out, host.BYTES // width)
        tile = int(p.steps[2] * p.steps[3])
        assert (kernel[1] - 1) * tile + -(-tile // width) * width <= p.sums[3]


def run(code, **environment):
    """Standard output and error of a Python process in the repository's root."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600,
                          cwd=Path(__file__).parents[2], env=os.environ | environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr


@pytest.mark.slow
def test_same_bits_for_any_number_of_threads():
    assert run(THREADS, NUMBA_NUM_THREADS="4")[0] == "1"


LESSER = """
import numpy as np
from nanoae.kernels.numba import host
from nanoae.kernels.numba.weight_plan import weight_plan
from tests.kernels.test_numba_rung import images, network, step
nets = [network(dtype, backend) for dtype in ("float64", "float32") for backend in ("numpy", "numba")]
for net in nets:
    step(net, net.make_cache(37), images(37, net.dtype))
for theirs, ours, tolerance in ((nets[0], nets[1], 1e-11), (nets[2], nets[3], 1e-4)):
    assert np.max(np.abs(ours.grad - theirs.grad)) <= tolerance * np.max(np.abs(theirs.grad))
print(host.NAME, host.LANES)
"""


@pytest.mark.slow
def test_a_machine_without_avx_computes_the_same():
    name, _ = run(LESSER, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="")
    assert name in ("SSE 8", "NEON 8")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["AVX-512 32", "AVX2 16", "NEON 8"])    # SSE: the test above
def test_every_form_of_the_kernels_computes_the_same(form):
    """Longer registers than this machine's are taken in pieces: another machine's form, our instructions."""
    if form.split()[0] == host.NAME:
        pytest.skip("this machine's own form is what all other tests run")
    assert run(LESSER, NANOAE_VECTORS=form.split()[0])[0] == form


def test_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="NANOAE_VECTORS is one of AVX-512, AVX2, NEON, SSE"):
        host.form("", "", "AVX9")


COMPILED = """
import numba, numpy as np
from nanoae.kernels.numba import host
from nanoae.kernels.numba.weight_plan import weight_plan
from nanoae.kernels.numba.conv import correlate
a, table, steps = (np.zeros(shape, dtype) for shape, dtype in ((8, np.float32), ((3, 7), np.int64), (6, np.int64)))
image = np.zeros((1, 2, 2, 3, host.LANES), np.float32)
kinds = (image, a, a, table, table, steps, steps, np.zeros((2, 4), np.float32), image, 0, image)
kernel = correlate.__wrapped__
kernel.compile(tuple(map(numba.typeof, kinds)))
text = "".join(kernel.inspect_asm().values())
print(host.NAME, sum("vfmadd" in line and "zmm" in line for line in text.splitlines()) > 100)
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="compiles for a processor of this family")
def test_instructions_of_avx512_are_written_for_a_machine_that_has_them(tmp_path):
    """Compiled, not run: this machine may have none."""
    out, _ = run(COMPILED, NUMBA_CPU_NAME="skylake-avx512", NUMBA_CPU_FEATURES="+avx512f,+avx512vl,+avx2,+fma",
                 NANOAE_CACHE=str(tmp_path))
    assert out == "AVX-512 True"


TINY = """
import numpy as np
from nanoae.kernels import numba as kernels
from nanoae.kernels.numba import disk
x = np.linspace(-1, 1, 32, dtype=np.float32)
y = np.empty_like(x)
kernels.relu_forward(x, out=y)
assert np.array_equal(y, np.maximum(x, 0))
print(disk.compiled)
"""
MESSAGE = "compiling kernels"


@pytest.mark.slow
def test_the_second_process_compiles_nothing(tmp_path):
    out, err = run(TINY, NANOAE_CACHE=str(tmp_path))
    assert (out, MESSAGE in err) == ("1", True)
    out, err = run(TINY, NANOAE_CACHE=str(tmp_path))
    assert (out, MESSAGE in err) == ("0", False)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [lambda raw: b"", lambda raw: raw[:100], lambda raw: raw[:-9] + b"123456789",
                                    lambda raw: raw[:40] + bytes([raw[40] ^ 1]) + raw[41:],
                                    lambda raw: raw.replace(b".text", b".tixt")])    # unpickles: the digest must tell
def test_a_damaged_entry_is_compiled_anew_and_replaced(tmp_path, damage):
    run(TINY, NANOAE_CACHE=str(tmp_path))
    (entry,) = (tmp_path / "kernels").iterdir()
    entry.write_bytes(damage(entry.read_bytes()))
    assert run(TINY, NANOAE_CACHE=str(tmp_path))[0] == "1"
    assert run(TINY, NANOAE_CACHE=str(tmp_path))[0] == "0"


@pytest.mark.slow
def test_a_changed_source_is_another_entry(tmp_path):
    changed = TINY.replace("x = np", "disk.sources = lambda: 'changed'\nx = np", 1)
    run(TINY, NANOAE_CACHE=str(tmp_path))
    assert run(changed, NANOAE_CACHE=str(tmp_path))[0] == "1"
    assert len(list((tmp_path / "kernels").iterdir())) == 2


@pytest.mark.slow
def test_where_nothing_can_be_written_kernels_are_compiled_every_time(tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    nowhere = {"NANOAE_CACHE": str(blocked / "cache"), "TMPDIR": str(blocked), "HOME": str(blocked)}
    everywhere_blocked = TINY.replace("x = np", f"disk.tempfile.tempdir = {str(blocked)!r}\nx = np", 1)
    for _ in range(2):
        assert run(everywhere_blocked, **nowhere)[0] == "1"


@pytest.mark.slow
def test_two_processes_may_start_at_once(tmp_path):
    environment = os.environ | {"NANOAE_CACHE": str(tmp_path)}
    processes = [subprocess.Popen([sys.executable, "-c", TINY], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  cwd=Path(__file__).parents[2], env=environment) for _ in range(2)]
    assert [process.wait(120) for process in processes] == [0, 0]
    assert run(TINY, NANOAE_CACHE=str(tmp_path))[0] == "0"
    assert len(list((tmp_path / "kernels").iterdir())) == 1
