"""The array module of the stand-in: CuPy's functions as far as the package uses them."""
import numpy as np

from .arrays import apply, device, ndarray
from .reads import refuse_in_capture

float32, float64, int64, uint8 = np.float32, np.float64, np.int64, np.uint8
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
