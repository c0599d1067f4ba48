"""Kernels compiled for GPUs without a GPU, a driver or CuPy: NVRTC's own wheel, called by ctypes."""
import ctypes
import importlib.util
import re
from pathlib import Path


def find(version):
    """The path of NVRTC's library for CUDA 12 or 13, in a wheel (nvidia-cuda-nvrtc-cu12 or nvidia-cuda-nvrtc), or None.
    """
    spec = importlib.util.find_spec("nvidia")
    for root in map(Path, spec.submodule_search_locations if spec else ()):
        for path in root.glob(f"*/lib/libnvrtc.so.{version}"):
            return path
    return None


class Compiler:
    """library: NVRTC's path."""

    def __init__(self, library):
        self.library = ctypes.CDLL(str(library))
        major, minor = ctypes.c_int(), ctypes.c_int()
        self.library.nvrtcVersion(ctypes.byref(major), ctypes.byref(minor))
        self.version = major.value, minor.value

    def compile(self, code, architecture, options=(), names=()):
        """What ptxas says of the kernels of a source for sm_`architecture`. Raises ValueError with NVRTC's own text."""
        program = ctypes.c_void_p()
        self.library.nvrtcCreateProgram(ctypes.byref(program), code.encode(), b"kernel.cu", 0, None, None)
        try:
            for name in names:
                self.library.nvrtcAddNameExpression(program, name.encode())
            words = [f"--gpu-architecture=sm_{architecture}", "-ftz=true", "--device-as-default-execution-space",
                     "--ptxas-options=-v", *options]
            given = (ctypes.c_char_p * len(words))(*(word.encode() for word in words))
            failed = self.library.nvrtcCompileProgram(program, len(words), given)
            size = ctypes.c_size_t()
            self.library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
            log = ctypes.create_string_buffer(size.value)
            self.library.nvrtcGetProgramLog(program, log)
            if failed:
                raise ValueError(log.value.decode())
            return log.value.decode()
        finally:
            self.library.nvrtcDestroyProgram(ctypes.byref(program))


def resources(log):
    """{kernel: (registers, bytes spilled, bytes of shared memory)} of what ptxas said."""
    found = {}
    for entry in re.split(r"Compiling entry function '", log)[1:]:
        spilled = sum(map(int, re.findall(r"(\d+) bytes spill", entry)))
        registers, shared = re.search(r"Used (\d+) registers", entry), re.search(r"(\d+) bytes smem", entry)
        found[entry.partition("'")[0]] = int(registers[1]), spilled, int(shared[1]) if shared else 0
    return found
