"""What a run was made with: the versions that its summary names."""
import platform
from importlib.metadata import PackageNotFoundError, version


def versions(backend=None):
    """{'nanoae': ..., 'python': ..., 'numpy': ..., and the backend's package where it has one}"""
    from . import __version__
    found = {"nanoae": __version__, "python": platform.python_version(), "numpy": package("numpy")}
    if backend == "numba":
        found["numba"] = package("numba")
    return found


def package(name):
    """The installed version of a package, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
