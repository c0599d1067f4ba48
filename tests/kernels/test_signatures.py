"""Every rung has the same functions with the same arguments in the same order."""
import inspect

import pytest

from nanoae.kernels import numba, numpy, reference
from tests import block_rung


def arguments(kernels):
    return {name: list(inspect.signature(getattr(kernels, name)).parameters) for name in kernels.__all__
            if callable(getattr(kernels, name))}


@pytest.mark.parametrize("kernels", [numpy, numba, block_rung], ids=lambda k: k.__name__)
def test_a_rung_has_the_reference_s_functions_and_arguments(kernels):
    assert arguments(kernels) == arguments(reference)
    assert set(kernels.__all__) == set(reference.__all__)


def test_every_public_function_of_a_rung_is_exported():
    for kernels in (reference, numpy, numba):
        found = {name for name, value in vars(kernels).items()
                 if inspect.isfunction(value) and not name.startswith("_")}
        assert found == {name for name in kernels.__all__ if inspect.isfunction(getattr(kernels, name))}


@pytest.mark.parametrize("kernels", [reference, numpy, numba, block_rung], ids=lambda k: k.__name__)
def test_samples_enter_only_the_first_axis_of_storage(kernels):
    for shape in ((5,), (3, 4, 2)):
        small, large = kernels.storage(3, shape), kernels.storage(30, shape)
        assert small[1:] == large[1:]
        assert small[0] <= large[0]
