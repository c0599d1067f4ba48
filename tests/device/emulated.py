"""The cupy rung without CuPy: its own files, on the stand-in's arrays and the emulator's launches."""
import sys

from . import module

before = sys.modules.get("cupy")
sys.modules["cupy"] = module
try:
    from nanoae.kernels import cupy as rung
finally:
    if before is None:
        del sys.modules["cupy"]
    else:
        sys.modules["cupy"] = before

__all__ = ["rung"]
