"""A rung whose memory is a device's, as the house sees it: the NumPy rung's kernels on arrays that refuse the host.

It proves that all that surrounds the kernels, layers, caches, optimizers, training, crosses between host and device
where it says so and nowhere else. What people give and are given (`enter`'s x, `leave`'s out, draws) is NumPy's.
"""
from contextlib import contextmanager
from functools import wraps
from itertools import groupby

import numpy as np

import nanoae.kernels.numpy as plain
from nanoae.kernels import OPERATIONS
from nanoae.kernels.recording import apart, note, recorded, recording

from . import module as xp  # noqa: F401  which every rung has
from .arrays import ndarray
from .reads import capturing

FUSES = plain.FUSES
HOST = {"enter": ("x",), "leave": ("out",), "dropout_mask": ("u",)}    # where NumPy's arrays are taken as well


def opened(value, what):
    """NumPy memory for a kernel. A NumPy array where the device's belongs is the caller's mistake."""
    if isinstance(value, ndarray):
        return value.memory
    if isinstance(value, np.ndarray):
        raise TypeError(f"{what}: a NumPy array came where the kernel wants device memory")
    if isinstance(value, tuple):
        return tuple(opened(inside, what) for inside in value)
    return (lambda shape, dtype: value(shape, dtype).memory) if callable(value) else value


def on_device(name):
    kernel = getattr(plain, name)
    names = kernel.__code__.co_varnames[:kernel.__code__.co_argcount]

    @recorded
    def launch(kwargs):
        kernel(**kwargs)

    launch.launches = name
    @wraps(kernel)
    def call(*arguments, **kwargs):
        given = {**dict(zip(names, arguments, strict=False)), **kwargs}
        launch({key: value if key in HOST.get(name, ()) and isinstance(value, np.ndarray) else
                opened(value, f"{name}'s {key}") for key, value in given.items()})

    return call


for _name in OPERATIONS:
    globals()[_name] = plain.storage if _name == "storage" else on_device(_name)


class Program:
    """A recording that is launched again as graphs are: in them nothing happens but kernels. What a layer of people's
    own does stands between two of them."""

    def replay(self):
        note(self.calls)
        apart(self.carry_out)

    def carry_out(self):
        for launches, some in groupby(self.calls, lambda call: hasattr(call[0], "launches")):
            with capturing(launches):
                for kernel, arguments in some:
                    kernel(*arguments)


@contextmanager
def capture():
    program = Program()
    with recording() as program.calls:
        yield program
