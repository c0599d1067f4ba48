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
HOLDS = {"architecture": str, "shape": list, "dtype": str, "own": list}


def load(path, backend="numba", dtype=None, own=()):
    """The built network of a file that `net.save(path)` wrote, on this rung. dtype: another than it was saved with.
    own: the classes of people's own layers in it.

    Raises ValueError for a file that is missing, damaged, none of these, larger than the memory, or holds layers that
    nobody handed over.
    """
    if not Path(path).is_file():
        raise ValueError(f"{path} is no file" if Path(path).exists() else f"{path} does not exist")
    try:
        tensors, state = read_tensors(path)
    except RunError as error:
        raise ValueError(str(error)) from None
    if state.get("format") != FORMAT or not all(isinstance(state.get(name), kind) for name, kind in HOLDS.items()):
        raise ValueError(f"{path} is no network that this version's net.save wrote; the network of a run is opened by "
                         "nanoae.load_run(directory)")
    handed = {kind.__name__: kind for kind in ([own] if isinstance(own, type) else own)}
    lost = [name for name in state["own"] if name not in handed]
    if lost:
        raise ValueError(f"{path} has layers of people's own: hand their classes over, load(path, "
                         f"own=[{', '.join(lost)}])")
    known = OURS | {name: handed[name] for name in state["own"]}
    try:
        net = from_text(state["architecture"], known).build(tuple(state["shape"]), dtype or state["dtype"], backend,
                                                            np.random.default_rng(0))
    except (TypeError, MemoryError) as error:
        raise ValueError(f"{path}: {error or 'there is not enough memory for it'}") from None
    views = contents(net)
    if {name: view.shape for name, view in views.items()} != {name: one.shape for name, one in tensors.items()}:
        raise ValueError(f"{path}: its weights are not those of {net!r}; a layer of your own has changed since")
    for name, view in views.items():
        put(view, tensors[name])
    moved(net)
    return net
