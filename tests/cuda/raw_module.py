"""CuPy's RawModule over g++: the same source, the same calls, and what compute-sanitizer would say.

    module = RawModule(code=source, options=("-DReal=float",), name_expressions=("correlate<3, 3>",), check=True)
    module.get_function("correlate<3, 3>")(grid, block, (array, np.int32(3)), shared_mem=0)

check=False is fast; check=True looks at every load and store. Both are stricter than a GPU about what the host hands
over. Compiled code is kept in a folder (NANOAE_CUDA_CACHE), by a digest of all that it was made from.
"""
import ctypes
import functools
import getpass
import hashlib
import os
import platform
import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
INCLUDE = HERE / "include"
CXX = os.environ.get("CXX", "g++")
CACHE = Path(os.environ.get("NANOAE_CUDA_CACHE", Path(tempfile.gettempdir()) / f"nanoae-cuda-{getpass.getuser()}"))
BASE = ("-std=c++20", "-fPIC", "-fno-strict-aliasing", "-ffp-contract=fast", "-fno-gnu-unique", "-Wall",
        "-Wno-unknown-pragmas", "-Wno-pragmas", *(("-mfma",) if platform.machine() == "x86_64" else ()), f"-I{INCLUDE}")
FAST = ("-O2",)
CHECKED = ("-O2", "-g", "-fno-omit-frame-pointer", "-fno-tree-vectorize", "-fno-tree-slp-vectorize",
           "-fno-optimize-sibling-calls", "-DCHECKED", "-fsanitize-recover=all",
           "-fsanitize=thread,bounds,alignment,shift,signed-integer-overflow,integer-divide-by-zero")
DYNAMIC = re.compile(r"extern\s+__shared__\s+([\w:]+)\s+(\w+)\s*\[\s*\]\s*;")    # shared memory that the launch sizes
BOUNDS = r"(?:__launch_bounds__\s*\((?:[^()]|\([^()]*\))*\)\s*)?"
KERNEL = re.compile(rf'extern\s+"C"\s+__global__\s+{BOUNDS}void\s+{BOUNDS}(\w+)')


class KernelError(RuntimeError):
    """What a device would refuse, misread or get wrong, and where."""


class RawModule:
    """The kernels of a source. name_expressions: of templates; those with C linkage are found by themselves."""

    def __init__(self, *, code, options=(), name_expressions=(), check=False, filename="kernel.cu"):
        self.check = check
        self.symbols = {name: f"kernel_{k}" for k, name in enumerate((*KERNEL.findall(code), *name_expressions))}
        body = "".join((f'#include "launch.h"\n#line 1 "{filename}"\n',
                        DYNAMIC.sub(r"\1* \2 = static_cast<\1*>(device::dynamic_shared());", code), "\n",
                        *(f"EXPORT_KERNEL({symbol}, {name})\n" for name, symbol in self.symbols.items())))
        flags = (*BASE, *(CHECKED if check else FAST), *(one for one in options if one.startswith("-D")))
        self.path = CACHE / f"{digest(*flags, body)}.so"
        if not self.path.exists():
            self.compile(flags, body)
        self.library = ctypes.CDLL(str(self.path))
        self.library.device_error.restype = ctypes.c_char_p

    def compile(self, flags, body):
        """The kernels, linked with a machine of their own."""
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            kernels, out = Path(folder, "kernels.cpp"), Path(folder, "out.so")
            kernels.write_text(body)
            run(CXX, *flags, "-c", kernels, "-o", kernels.with_suffix(".o"))
            run(CXX, "-shared", "-Wl,-Bsymbolic", machine(self.check), kernels.with_suffix(".o"), "-o", out)
            os.replace(out, self.path)

    def get_function(self, name):
        from .raw_kernel import RawKernel
        return RawKernel(self, name, self.symbols[name])

    # -- what addresses mean

    @functools.cached_property
    def names(self):
        """(address, size, type, name) of everything in the library."""
        rows = [line.split(maxsplit=3) for line in run("nm", "-CS", self.path).splitlines()]
        return [(int(row[0], 16), int(row[1], 16), *row[2:]) for row in rows if len(row) == 4 and len(row[2]) == 1]

    @functools.cached_property
    def loaded_at(self):
        there = ctypes.cast(self.library.device_error, ctypes.c_void_p).value
        return there - next(address for address, _, _, name in self.names if name == "device_error")

    @functools.cached_property
    def shared(self):
        """(address, bytes, name) of each static __shared__ array."""
        not_ours = re.compile(r"^_|\.|device::|std::|signature")
        return [(address + self.loaded_at, size, re.sub(r"\(.*\)", "", name))
                for address, size, kind, name in self.names if kind in "bBdDVu" and not not_ours.search(name)]

    @functools.cache    # noqa: B019  a module lives as long as the tests
    def line(self, counter):
        """file:line of a program counter in a kernel."""
        found = run("addr2line", "-i", "-s", "-e", self.path, hex(counter - self.loaded_at)).splitlines()
        lines = [re.sub(r" \(discriminator \d+\)", "", one) for one in found if not re.match(r"\w+\.h:", one)]
        return lines[0] if lines else "?"

    def told(self, text):
        """A message of the machine's with lines in the place of program counters."""
        return re.sub(r"@(0x[0-9a-f]+)@", lambda found: self.line(int(found[1], 16)), text)


@functools.cache
def machine(check):
    """The compiled machine, which is never looked at itself."""
    name = "checked.h" if check else "unchecked.h"
    path = CACHE / f"{digest(name, *BASE)}.o"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            source, out = Path(folder, "machine.cpp"), Path(folder, "machine.o")
            source.write_text(f'#include "{name}"\n')
            run(CXX, *BASE, "-O2", "-c", source, "-o", out)
            os.replace(out, path)
    return path


def digest(*texts):
    """Of these texts, the compiler and the emulator itself."""
    own = (path.read_text() for path in sorted(INCLUDE.glob("*.h")))
    return hashlib.sha256("\0".join((CXX, *texts, *own)).encode()).hexdigest()[:24]


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise KernelError(done.stderr)
    return done.stdout
