"""The models of the comparison on the cupy rung: narrowed, a step is the NumPy rung's; a graph has few kernels."""
import sys

import numpy as np
import pytest

from benchmarks.models import built, gan, gan_step, step_of, training_step
from nanoae.arrays import host

from . import module
from .emulated import rung

N = 35    # a block of samples and a piece of one
NARROWER = {"A": 4, "B": 4, "C": 1, "D": 16, "E": 16, "F": 1}
NODES = {"A": 21, "B": 35, "C": 55}    # of an evaluation's graph, at most


def trained(letter, backend, steps=2):
    """theta of all networks after some steps."""
    by = NARROWER[letter]
    nets = gan("float64", backend, by) if letter == "E" else [built(letter, "float64", backend, by)]
    step, _ = gan_step(*nets, N) if letter == "E" else training_step(*nets, N)
    for _ in range(steps):
        step()
    return np.concatenate([host(net.theta) for net in nets])


@pytest.mark.parametrize("letter", [pytest.param("A"), *(pytest.param(letter, marks=pytest.mark.slow)
                                                         for letter in "BCDEF")])
def test_a_step_of_a_narrowed_model_is_the_numpy_rung_s(letter, monkeypatch):
    monkeypatch.setattr(module.RawModule, "check", False)
    rung.launch.function.cache_clear()
    right, ours = trained(letter, "numpy"), trained(letter, rung)
    rung.launch.function.cache_clear()
    # (the gradient of a bias before a batch norm is rounding, which Adam makes a step of 0.001)
    far = np.abs(ours - right) > 1e-9
    assert np.mean(far) <= (0.02 if letter in "CE" else 0), (letter, np.max(np.abs(ours - right)), np.mean(far))
    assert np.all(np.abs(ours - right) <= 2e-3 * (1 + 1e-9))


@pytest.mark.parametrize("letter", "AD")
def test_convolutions_have_a_thousand_warps(letter, monkeypatch):
    warps = {}

    def noted(file, name, kind):
        return lambda grid, block, arguments, shared_mem: warps.update({name: np.prod(grid) * np.prod(block) // 32})

    monkeypatch.setattr(rung.launch, "function", noted)
    with np.errstate(all="ignore"):    # of numbers that nobody computed
        step_of(letter, "float32", rung)[0]()
    found = {name: count for name, count in warps.items() if name.startswith("conv")}
    assert len(found) >= 4
    assert min(found.values()) >= 1000, found


def graphs(letter, monkeypatch):
    """How many kernels stand in each graph that a step launches; nothing is computed."""
    sizes = []
    monkeypatch.setattr(rung.launch, "function", lambda *kernel: lambda *launch, **given: None)
    graph = sys.modules[rung.capture.__module__]
    monkeypatch.setattr(graph, "captured", lambda calls: sizes.append(len(calls)) or (lambda: None))
    with np.errstate(all="ignore"):    # of numbers that nobody computed
        step, _ = step_of(letter, "float32", rung)
        step()
        step()
    return sizes


@pytest.mark.parametrize("letter", NODES)
def test_an_evaluation_is_one_graph_of_few_kernels(letter, monkeypatch):
    (size,) = graphs(letter, monkeypatch)
    assert 0 < size <= NODES[letter]
