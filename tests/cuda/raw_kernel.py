"""A kernel of a RawModule: its arguments looked at, its launch, and what it touched.

Arrays are NumPy's or the stand-in's. Their memory is used as it is; where it was made by `guarded`, the bytes around it
tell whether a kernel stored beside it.
"""
import ctypes
import re
import weakref

import numpy as np

from .raw_module import KernelError

GUARD = 256    # bytes before and after, which a device's memory has as its own
guards = weakref.WeakValueDictionary()    # address of an allocation's first byte -> all of it, guards included


def guarded(shape, dtype):
    """New memory of zeros between guards, at a multiple of 256 bytes as a device gives it."""
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    whole = np.full(size + 3 * GUARD, 0xff, np.uint8)
    start = GUARD + -(whole.ctypes.data + GUARD) % GUARD
    inside = whole[start:start + size]
    inside[...] = 0
    guards[inside.ctypes.data] = whole
    return inside.view(dtype).reshape(shape)


def intact(array):
    """Is what lies around the allocation that holds this array untouched?"""
    base = array
    while isinstance(base.base, np.ndarray):
        base = base.base
    if base.ctypes.data + GUARD > array.ctypes.data or base.dtype != np.uint8:
        return True
    start = GUARD + -(base.ctypes.data + GUARD) % GUARD
    if guards.get(base.ctypes.data + start) is not base:
        return True
    size = base.size - 3 * GUARD
    return bool(np.all(base[:start] == 0xff) and np.all(base[start + size:] == 0xff))


class RawKernel:
    """Call it as CuPy's: kernel(grid, block, arguments, shared_mem=bytes). seed: the order in which threads take turns;
    sectors: so many blocks of a checked launch are looked at for how they meet memory (`sectors()`)."""

    def __init__(self, module, name, symbol):
        self.module, self.name = module, name
        self.launch = getattr(module.library, f"{symbol}_launch")
        signature = getattr(module.library, f"{symbol}_signature")
        signature.restype = ctypes.c_char_p
        self.signature = signature().decode().split()
        own = name.split("<")[0]
        self.shared_size_bytes = sum(size for _, size, owner in module.shared if re.search(rf"\b{own}\b", owner)
                                     ) if module.check else 0

    def __call__(self, grid, block, arguments, *, shared_mem=0, seed=0, sectors=0):
        if len(arguments) != len(self.signature):
            raise KernelError(f"{self.name} takes {len(self.signature)} arguments, got {len(arguments)}")
        arrays, values = {}, []
        for k, (argument, kind) in enumerate(zip(arguments, self.signature, strict=True)):
            value, array = self.taken(k, argument, kind)
            values.append(value)
            if array is not None:
                place = array.ctypes.data, array.nbytes
                before = arrays.get(place)
                arrays[place] = array, kind[0] == "w" or (before is not None and before[1]), f"argument {k}"
        if self.shared_size_bytes > 48 * 1024:
            raise KernelError(f"{self.name}: {self.shared_size_bytes} bytes of static shared memory, more than 48 KiB")
        if self.module.check:
            self.tell_regions(list(arrays.values()), sectors)
        pointers = (ctypes.c_void_p * len(values))(*map(ctypes.addressof, values))
        if self.launch(three(grid), three(block), ctypes.c_size_t(shared_mem), pointers, ctypes.c_uint(seed)):
            raise KernelError(f"{self.name}: {self.module.told(self.module.library.device_error().decode())}")
        for array, _, argument in arrays.values():
            if not intact(array):
                raise KernelError(f"{self.name}: store beside {argument}")

    def taken(self, k, argument, kind):
        """(value for the kernel, array or None) of argument k, or KernelError. A device would take most of these, and
        misread them: a Python int goes as 8 bytes, strides are ignored."""
        role, letter, size = kind[0], kind[1], int(kind[2])
        argument = getattr(argument, "memory", argument)    # the stand-in's
        if role == "s":
            if not isinstance(argument, np.generic) or (argument.dtype.kind, argument.dtype.itemsize) != (letter, size):
                raise KernelError(f"{self.name}, argument {k}: the kernel wants a scalar {letter}{size}, got "
                                  f"{type(argument).__name__} {argument!r}")
            return (ctypes.c_char * size).from_buffer_copy(argument.tobytes()), None
        if argument is None:
            raise KernelError(f"{self.name}, argument {k}: CuPy hands over no address of None; a null is np.uintp(0)")
        if isinstance(argument, np.uintp) and argument == 0:
            return ctypes.c_void_p(0), None
        if not isinstance(argument, np.ndarray):
            raise KernelError(f"{self.name}, argument {k}: the kernel wants an array, got {type(argument).__name__}")
        if not argument.flags.c_contiguous:
            raise KernelError(f"{self.name}, argument {k} is not contiguous: the kernel would misread it")
        if (argument.dtype.kind.replace("b", "u"), argument.dtype.itemsize) != (letter, size):
            raise KernelError(f"{self.name}, argument {k}: the kernel wants {letter}{size}, got {argument.dtype}")
        return ctypes.c_void_p(argument.ctypes.data), argument

    def tell_regions(self, arrays, sectors):
        """What the kernel may touch: its arguments, and the shared arrays of its module."""
        rows = [(array.ctypes.data, array.nbytes, array.itemsize, writable, False, name.encode())
                for array, writable, name in arrays if array.nbytes]
        rows += [(address, size, 4, True, True, name.encode()) for address, size, name in self.module.shared]
        columns = list(zip(*rows, strict=True)) or [()] * 6
        kinds = ctypes.c_ulong, ctypes.c_ulong, ctypes.c_uint, ctypes.c_ubyte, ctypes.c_ubyte, ctypes.c_char_p
        self.module.library.device_regions(len(rows), *((kind * len(rows))(*column)
                                                        for kind, column in zip(kinds, columns, strict=True)), sectors)

    def sectors(self):
        """After a checked launch with sectors=n: rows (line, "shared" or "global", "load" or "store", bytes, requests,
        sectors or turns, the least there could be)."""
        rows, found = (ctypes.c_ulong * 7 * 4096)(), {}
        for k in range(self.module.library.device_sectors(4096, rows)):
            counter, *counts, size, shared, store = rows[k]
            key = self.module.line(counter), "shared" if shared else "global", "store" if store else "load", size
            found[key] = [a + b for a, b in zip(found.get(key, (0, 0, 0)), counts, strict=True)]
        return [(*key, *counts) for key, counts in sorted(found.items())]


def three(sizes):
    return (ctypes.c_uint * 3)(*(*map(int, sizes), 1, 1)[:3])
