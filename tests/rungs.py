"""The cupy rung, where a GPU can compute: it then goes through the tests beside the stand-ins for a device."""
from importlib import import_module

from nanoae import gpu

GPU = () if gpu.trouble() else (import_module("nanoae.kernels.cupy"),)
