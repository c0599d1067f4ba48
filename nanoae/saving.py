"""A network in one file: its print, its weights and running statistics, and a digest of all of it.

    net.save("net.safetensors")
    net = nanoae.load("net.safetensors")

The file is safetensors, so that others read the weights without nanoae; nothing in it is code.
"""
import numpy as np

from .architecture import from_text
from .arrays import host
from .files import write_whole
from .sealed import sealed_tensors

FORMAT = 1
OURS = "nanoae.layers.", "nanoae.stack"    # where the classes stand that every reader has


def save(self, path):
    """Writes a built network to a file, whole or not at all. Raises ValueError for a piece of a network, and for a
    layer whose print does not make it again."""
    self.require_built()
    if self.network is not self:
        raise ValueError(f"{self.label()} is a piece of a network: save the network, or a built clone() of the piece")
    kinds = {type(part) for part in self.walk()}
    text, known = repr(self), {kind.__name__: kind for kind in kinds}
    if len(known) < len(kinds):
        raise ValueError(f"this network cannot be made again from its print, {text}: two classes in it have one name")
    try:
        same = repr(from_text(text, known)) == text
    except (ValueError, TypeError) as error:
        raise ValueError(f"this network cannot be made again from its print: {error}") from None
    if not same:
        raise ValueError(f"this network cannot be made again from its print, {text}: the arguments of a layer do not "
                         "print as they were given")
    own = sorted(name for name, kind in known.items() if not kind.__module__.startswith(OURS))
    state = {"format": FORMAT, "architecture": text, "shape": list(self.in_shape), "dtype": str(self.dtype), "own": own}
    write_whole(path, sealed_tensors({name: np.array(host(view)) for name, view in contents(self).items()}, state))


def contents(net):
    """{name: view} of all that training changes."""
    return {**net.named(), **net.named("running")}
