"""The array module of the stand-in: CuPy's functions as far as the package uses them."""
import numpy as np

from ..cuda import raw_module
from . import streams
from .arrays import apply, device, ndarray
from .reads import refuse_in_capture

float32, float64, int64, uint8, generic = np.float32, np.float64, np.int64, np.uint8, np.generic
__all__ = ["ndarray"]


def made(function):
    """New memory from a shape, or like an array."""
    def make(*arguments, **kwargs):
        refuse_in_capture("new memory")
        return device(function(*(a.memory if isinstance(a, ndarray) else a for a in arguments), **kwargs))

    return make


def carried(function):
    """A NumPy function of device arrays."""
    def call(*arguments, out=None, **kwargs):
        return apply(function, arguments, out, kwargs)

    return call


for _name in ("zeros", "empty", "ones", "full", "arange", "zeros_like", "empty_like", "array"):
    globals()[_name] = made(getattr(np, _name))
for _name in ("add", "subtract", "multiply", "divide", "square", "sqrt", "maximum", "minimum", "abs", "sign", "clip",
              "sum", "concatenate", "take", "isfinite", "all"):
    globals()[_name] = carried(getattr(np, _name))


def asarray(a, dtype=None):
    """As CuPy's: a NumPy array goes to the device."""
    return a if isinstance(a, ndarray) and dtype in (None, a.dtype) else array(a, dtype)    # noqa: F821


def asnumpy(a):
    return a.get() if isinstance(a, ndarray) else np.asarray(a)


class RawModule:
    """Kernels by the emulator; `check` is the module's, so that a test can have every load and store looked at."""

    check = False

    def __init__(self, *, code, options=(), name_expressions=()):
        self.module = raw_module.RawModule(code=code, options=options, name_expressions=name_expressions,
                                           check=RawModule.check)

    def get_function(self, name):
        kernel = self.module.get_function(name)

        def launch(grid, block, arguments, shared_mem=0):
            most = getattr(launch, "max_dynamic_shared_size_bytes", 48 * 1024)
            if shared_mem > most:
                raise ValueError(f"{name}: {shared_mem} bytes of shared memory, where a launch gets {most}")
            if streams.under_capture is None:
                kernel(grid, block, arguments, shared_mem=shared_mem)
            else:
                streams.under_capture.calls.append((kernel, grid, block, arguments, shared_mem))

        return launch


cuda = streams
