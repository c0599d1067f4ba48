"""Every rung has the same functions with the same arguments in the same order."""
import inspect

import pytest

from nanoae.kernels import OPERATIONS, numba, numpy, reference
from tests import block_rung


def arguments(kernels):
    return {name: list(inspect.signature(getattr(kernels, name)).parameters) for name in OPERATIONS}


@pytest.mark.parametrize("kernels", [numpy, numba, block_rung], ids=lambda k: k.__name__)
def test_a_rung_has_the_reference_s_functions_and_arguments(kernels):
    assert arguments(kernels) == arguments(reference)
    assert {"xp", "FUSES"} <= set(vars(kernels))
    assert not hasattr(kernels, "reshape") or inspect.signature(kernels.reshape) == inspect.signature(reference.reshape)


def test_a_rung_has_no_other_functions():
    for kernels in (reference, numpy, numba):
        functions = {name for name, value in vars(kernels).items() if inspect.isfunction(value)}
        assert functions - {"serves", "capture", "reshape"} == set(OPERATIONS)


def test_a_rung_that_replays_has_only_kernels_that_are_written_down():
    """Borrowed as it is, another rung's kernel would be left out of every replay."""
    for name in OPERATIONS:
        kernel = getattr(numba, name)
        assert kernel.__module__.startswith("nanoae.kernels.numba") or getattr(kernel, "recorded", False), name


@pytest.mark.parametrize("kernels", [reference, numpy, numba, block_rung], ids=lambda k: k.__name__)
def test_samples_enter_only_the_first_axis_of_storage(kernels):
    for shape in ((5,), (3, 4, 2)):
        small, large = kernels.storage(3, shape), kernels.storage(30, shape)
        assert small[1:] == large[1:]
        assert small[0] <= large[0]
