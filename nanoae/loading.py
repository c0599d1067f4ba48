"""A network from the file that `save` wrote."""
from pathlib import Path

import numpy as np

from . import layers
from .architecture import from_text
from .arrays import put
from .parameters import moved
from .saving import FORMAT, contents
from .sealed import RunError, read_tensors
from .stack import Stack

OURS = {"Stack": Stack} | {name: getattr(layers, name) for name in layers.__all__ if name != "Layer"}


def load(path, backend="numba", dtype=None, own=()):
    """The built network of a file that `net.save(path)` wrote, on this rung. dtype: another than it was saved with.
    own: the classes of people's own layers in it.

    Raises ValueError for a file that is missing, damaged, none of these, or holds layers that nobody handed over.
    """
    if not Path(path).is_file():
        raise ValueError(f"{path} does not exist")
    try:
        tensors, state = read_tensors(path)
    except RunError as error:
        raise ValueError(str(error)) from None
    if state.get("format") != FORMAT or "architecture" not in state:
        raise ValueError(f"{path} is no network that this version's net.save wrote; the network of a run is opened by "
                         "nanoae.load_run(directory)")
    known = OURS | {kind.__name__: kind for kind in own}
    net = from_text(state["architecture"], known).build(tuple(state["shape"]), dtype or state["dtype"], backend,
                                                        np.random.default_rng(0))
    views = contents(net)
    if {name: view.shape for name, view in views.items()} != {name: one.shape for name, one in tensors.items()}:
        raise ValueError(f"{path}: its weights are not those of {net!r}; a layer of your own has changed since")
    for name, view in views.items():
        put(view, tensors[name])
    moved(net)
    return net
