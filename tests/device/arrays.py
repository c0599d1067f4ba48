"""CuPy's arrays over NumPy memory, as strict as CuPy 14: what it refuses is refused here, in its words.

    np.asarray(a)                       TypeError: nothing crosses to the host by accident
    a + numpy_array, a[...] = numpy     refused; a.set(numpy) and a.get() are the ways across
    a[()], a.sum()                      0-d device arrays, not numbers
    float(a), bool(a), a.get()          reads of the host, counted by what and where (`reads.READS`)

Inside `with reads.capturing()` reads, copies and new memory are refused, as by a stream that is captured.
"""
import numpy as np

from .reads import read, refuse_in_capture


def memory(a):
    """The NumPy memory behind an operand; NumPy arrays are refused, numbers go."""
    if isinstance(a, ndarray):
        return a.memory
    if isinstance(a, np.ndarray):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>")
    return type(a)(map(memory, a)) if isinstance(a, list | tuple) else a


def device(found):
    return ndarray(np.asarray(found)) if isinstance(found, np.ndarray | np.generic) else found


class ndarray:
    __array_priority__ = 100
    __hash__ = None    # type: ignore[assignment]

    def __init__(self, memory):
        self.memory = memory

    shape, dtype, ndim, size, nbytes, itemsize, strides, flags = (
        property(lambda self, name=name: getattr(self.memory, name))
        for name in ("shape", "dtype", "ndim", "size", "nbytes", "itemsize", "strides", "flags"))
    T = property(lambda self: ndarray(self.memory.T))
    __cuda_array_interface__ = property(lambda self: {
        "data": (self.memory.ctypes.data, False), "shape": self.shape, "typestr": self.dtype.str, "version": 3})

    def __array__(self, dtype=None, copy=None):
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct a "
                        "NumPy array explicitly.")

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        return apply(ufunc if method == "__call__" else getattr(ufunc, method), inputs, out and out[0], kwargs)

    def __array_function__(self, function, types, arguments, kwargs):
        if function.__name__ in ("ndim", "shape", "size"):
            return function(arguments[0].memory)
        return apply(function, arguments, kwargs.pop("out", None), kwargs)

    # -- to the host

    def get(self):
        read("get")
        return self.memory.copy()

    def item(self):
        read("item")
        return self.memory.item()

    def tolist(self):
        read("tolist")
        return self.memory.tolist()

    def __float__(self):
        read("float")
        return float(self.memory)

    def __int__(self):
        read("int")
        return int(self.memory)

    def __bool__(self):
        read("bool")
        return bool(self.memory)

    def __format__(self, spec):
        read("format")
        return format(self.memory[()], spec)

    def __repr__(self):
        return f"device {self.memory!r}"

    # -- from the host

    def set(self, values):
        refuse_in_capture("a copy from the host")
        if not isinstance(values, np.ndarray):
            raise TypeError("Only numpy.ndarray can be set to cupy.ndarray")
        if values.dtype != self.dtype or values.shape != self.shape:
            raise ValueError(f"{values.dtype} {values.shape} set to {self.dtype} {self.shape}")
        self.memory[...] = values

    # -- on the device

    def __len__(self):
        return len(self.memory)

    def __iter__(self):
        return (self[k] for k in range(len(self)))

    def __getitem__(self, key):
        found = self.memory[memory(key)]
        if not isinstance(found, np.ndarray):    # one number: a view of it, as CuPy gives
            key = key if isinstance(key, tuple) else (key,)
            found = self.memory[(*key[:-1], slice(key[-1], key[-1] + 1 or None))].reshape(()) if key else self.memory
        return ndarray(found)

    def __setitem__(self, key, value):
        if isinstance(value, np.ndarray) and value.ndim:
            raise ValueError("non-scalar numpy.ndarray cannot be used for fill")
        self.memory[memory(key)] = value if isinstance(value, np.ndarray) else memory(value)

    def reshape(self, *shape):
        return ndarray(self.memory.reshape(*shape))

    def ravel(self):
        return ndarray(self.memory.ravel())

    def view(self, dtype):
        return ndarray(self.memory.view(dtype))

    def copy(self):
        refuse_in_capture("new memory")
        return ndarray(self.memory.copy())

    def astype(self, dtype):
        refuse_in_capture("new memory")
        return ndarray(self.memory.astype(dtype))

    def sum(self, axis=None):
        return apply(np.sum, (self,), None, {"axis": axis})

    def all(self):
        return apply(np.all, (self,), None, {})

    def fill(self, value):
        self.memory.fill(value)


def apply(function, arguments, out, kwargs):
    """A NumPy function on the memory; the result is a device array, a new one unless `out` is given."""
    if out is not None and not isinstance(out, ndarray):
        raise TypeError(f"Argument 'out' has incorrect type (expected cupy.ndarray, got {type(out).__name__})")
    if out is None:
        refuse_in_capture("new memory")
    found = function(*memory(tuple(arguments)), **{name: memory(value) for name, value in kwargs.items()},
                     **({} if out is None else {"out": out.memory}))
    return device(found) if out is None else out


def operator(name):
    def operate(self, *others):
        inplace = name.startswith("__i") and name != "__invert__"
        found = getattr(self.memory, name)(*memory(others))
        if not inplace:
            refuse_in_capture("new memory")
        return self if inplace else device(found)

    return operate


for _name in ("add", "sub", "mul", "truediv", "pow", "matmul"):
    for _form in ("__{}__", "__r{}__", "__i{}__"):
        setattr(ndarray, _form.format(_name), operator(_form.format(_name)))
for _name in ("neg", "abs", "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "invert"):
    setattr(ndarray, f"__{_name}__", operator(f"__{_name}__"))
