"""Arrays that tell a trace where in forward they are used."""
import numpy as np

VIEWS = {"reshape", "transpose", "ravel", "swapaxes", "squeeze", "flatten", "copy", "astype"}
PLAIN = {"shape", "ndim", "size", "dtype", "itemsize", "nbytes", "tolist"}
EMPTY = {"zeros_like", "ones_like", "empty_like", "full_like", "shape", "ndim", "size", "result_type"}


class Untraceable(Exception):
    """forward does what spies cannot follow."""


class Spy(np.lib.mixins.NDArrayOperatorsMixin):
    """The value of a node, or a view of it."""

    __array_priority__ = 1000

    def __init__(self, trace, node, value):
        self.trace, self.node, self.value = trace, node, value

    def view(self, value):
        return Spy(self.trace, self.node, value)

    def __array_ufunc__(self, ufunc, method, *args, out=None, **settings):
        if out is not None and out != (self,) and not (len(out) == 1 and out[0] is args[0]):
            raise Untraceable("out=")
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        return self.trace.call(name, lambda *a: getattr(ufunc, method)(*a, **settings), args)

    def __array_function__(self, function, types, args, settings):
        if function.__name__ in EMPTY:
            plain = [value.value if isinstance(value, Spy) else value for value in args]
            return function(*plain, **settings)
        return self.trace.call(function.__name__, lambda *a: function(*a, **settings), args)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = self.value
        if name in PLAIN:
            return getattr(value, name)
        if name == "T":
            return self.view(value.T)
        if name in VIEWS:
            return lambda *a, **k: self.view(getattr(value, name)(*a, **k))
        if not hasattr(value, name):
            raise AttributeError(name)
        return lambda *a, **k: self.trace.call(name, lambda v, *b: getattr(v, name)(*b, **k), (self, *a))

    def __array__(self, dtype=None, copy=None):
        value = np.array(self.trace.use(self, self.trace.site(), 0))
        return value if dtype is None else value.astype(dtype)

    def __getitem__(self, key):
        return self.view(self.value[key])

    def __setitem__(self, key, value):
        raise Untraceable("item assignment")

    def __len__(self):
        return len(self.value)

    def __iter__(self):
        return (self[k] for k in range(len(self.value)))

    def __float__(self):
        return float(self.trace.use(self, self.trace.site(), 0))

    def __bool__(self):
        return bool(self.value)
