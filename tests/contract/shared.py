"""What the contract's tests share: the rungs they run on, one evaluation, and a rung that writes down its calls."""
from types import ModuleType

import numpy as np
import pytest

from nanoae.kernels import OPERATIONS
from nanoae.kernels import numpy as plain
from nanoae.losses import mse
from tests import block_rung
from tests.device import rung as device
from tests.rungs import GPU

R = np.random.default_rng


def name_of(backend):
    return backend if isinstance(backend, str) else backend.__name__


RUNGS = pytest.mark.parametrize("backend", ["reference", "numpy", "numba", block_rung, device, *GPU], ids=name_of)
FAST = pytest.mark.parametrize("backend", ["numpy", "numba", block_rung, device, *GPU], ids=name_of)


def step(net, cache, x, rng=None):
    """One evaluation in training: (loss, gradient)."""
    net.forward(x, cache, train=True, rng=rng, need_y=False)
    value = net.loss(mse, x, cache)
    net.backward(None, cache, need_dx=False)
    return value, net.grad.copy()


def counted(calls):
    """The NumPy rung, writing down the name of every kernel that is called."""
    kernels = ModuleType("counted")
    kernels.xp, kernels.FUSES = plain.xp, plain.FUSES

    def wrapped(name):
        def call(*args, **kwargs):
            calls.append(name)
            return getattr(plain, name)(*args, **kwargs)
        return call

    for name in OPERATIONS:
        setattr(kernels, name, wrapped(name) if name != "storage" else plain.storage)
    return kernels
