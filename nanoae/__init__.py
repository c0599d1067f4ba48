"""nanoae: convolutional autoencoders without autograd, every gradient written by hand and proved.

    from nanoae import Stack
    from nanoae.layers import Conv2d, ReLU

`import nanoae` needs NumPy alone; Numba and matplotlib are imported when they are first used.
"""
from pathlib import Path

__version__ = "0.1.0"

# In a checkout the kernels lie beside this package, at the top of the repository; once installed they lie inside it.
_here = Path(__file__).resolve().parent
if (_here.parent / "setup.cfg").is_file() and not (_here / "kernels").is_dir():
    __path__.append(str(_here.parent))

from .backend import Backend  # noqa: E402
from .parameters import Vector  # noqa: E402
from .stack import Stack  # noqa: E402

__all__ = ["Backend", "Stack", "Vector", "__version__", "load", "load_run"]


def __getattr__(name):
    if name == "load_run":    # late, because it stands on the recipes' floor
        from .runs import load_run
        return load_run
    if name == "load":
        from .loading import load
        return load
    raise AttributeError(f"module 'nanoae' has no attribute {name!r}")
