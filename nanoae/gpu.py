"""Why CuPy does not work here, and what mends it."""
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

WHEELS = ("cupy-cuda11x", "cupy-cuda12x", "cupy-cuda13x", "cupy")    # of which one may be installed


def installed(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def trouble(library=None):
    """(what is wrong, what to do about it), or None where CuPy can compute. library: CuPy, imported here if None.

    Nothing is made on the device to find out: a stream without a driver leaves an exception behind that nobody can
    catch.
    """
    wheels = [name for name in WHEELS if installed(name)]
    if library is None:
        if len(wheels) > 1:
            return (f"{' and '.join(wheels)} are installed, and each overwrites the other's files",
                    f"pip uninstall {' '.join(wheels)}, then pip install one of them anew")
        try:
            library = import_module("cupy")
        except ImportError as error:
            return (f"CuPy cannot be imported ({error})" if wheels else "CuPy is not installed",
                    "pip install 'nanoae[cuda13]', or 'nanoae[cuda12]' for a driver that knows CUDA 12 alone")
    try:
        devices = library.cuda.runtime.getDeviceCount()
    except Exception as error:    # CUDARuntimeError, which cannot be named without CuPy
        return f"no NVIDIA driver answers ({error})", "install the driver, or compute with --backend numba"
    if devices == 0:
        return "the NVIDIA driver sees no GPU", "look at nvidia-smi and CUDA_VISIBLE_DEVICES"
    try:
        library.cuda.nvrtc.getVersion()
    except Exception as error:    # ImportError, OSError, NVRTCError: whatever the loader says
        wheel = "nvidia-cuda-nvrtc-cu12" if "cupy-cuda12x" in wheels else "nvidia-cuda-nvrtc"
        return f"CuPy finds no NVRTC, which compiles kernels ({error})", f"pip install {wheel}"
    return None
