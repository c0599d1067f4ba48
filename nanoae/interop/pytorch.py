"""PyTorch's state dictionaries, without PyTorch: the names of the equivalent nn.Sequential, arrays of the same shapes.

    nanoae    encoder.0.W    encoder.0.b    encoder.1.running_mean     (a Stack named encoder: nn.Sequential in one)
    PyTorch   encoder.0.weight  .bias       encoder.1.running_mean  .running_var  .num_batches_tracked

The numbers in a name are the places of the layers, so the equivalent network is the nn.Sequential with one module for
each layer of the Stack, in the same order, and nested where Stacks are nested. W and b have PyTorch's shapes and order.
"""
import numpy as np

from ..arrays import host, put
from ..parameters import moved

PYTORCH = {"W": "weight", "b": "bias"}


def names(net):
    """{PyTorch's name: view of the network's own array} of all parameters and running statistics."""
    net.require_built()
    views = {}
    for vector in ("theta", "running"):
        for name, view in net.named(vector).items():
            path, _, own = name.rpartition(".")
            views[f"{path}.{PYTORCH.get(own, own)}" if path else PYTORCH.get(own, own)] = view
    return views


def to_state_dict(net, path=None):
    """Copies of all parameters and running statistics by PyTorch's names, as NumPy arrays.

    With a path they are written there as safetensors, for `safetensors.torch.load_file` and `load_state_dict`. Batch
    norm's num_batches_tracked is written as 0: PyTorch only counts with it.
    """
    state = {}
    for name, view in names(net).items():
        state[name] = np.array(host(view))
        if name.endswith("running_var"):
            state[name.removesuffix("running_var") + "num_batches_tracked"] = np.zeros((), np.int64)
    if path is not None:
        from safetensors.numpy import save_file
        save_file(state, path)
    return state


def load_state_dict(net, mapping):
    """Puts PyTorch's weights into the network: a mapping of names to arrays or tensors, or a .safetensors path.

    Values are converted to the network's dtype. Raises ValueError, changing nothing, where a name is missing or
    unknown, a shape differs, or values are no finite real numbers.
    """
    if not hasattr(mapping, "items"):
        from safetensors import SafetensorError
        from safetensors.numpy import load_file
        try:
            mapping = load_file(mapping)
        except (SafetensorError, KeyError, TypeError) as error:    # also a dtype that NumPy does not have
            raise ValueError(f"{mapping} is no whole safetensors file ({error})") from None
    views = names(net)
    given = {name: value for name, value in mapping.items() if not name.endswith("num_batches_tracked")}
    missing, unknown = sorted(set(views) - set(given)), sorted(set(given) - set(views))
    if missing or unknown:
        raise ValueError(f"the weights do not fit this network: missing {', '.join(missing) or 'none'}; unknown "
                         f"{', '.join(unknown) or 'none'}. Names are those of the nn.Sequential with the same layers "
                         "in the same places")
    arrays = {name: numbers(name, given[name], view) for name, view in views.items()}
    for name, view in views.items():
        put(view, arrays[name])
    moved(net)


def numbers(name, value, view):
    """A weight as an array of finite real numbers of the view's shape and dtype, or ValueError."""
    try:
        if hasattr(value, "detach"):    # a tensor; NumPy has no bfloat16, which float64 holds exactly
            value = value.detach().cpu()
            value = value if value.is_complex() else value.double()
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} cannot be read as an array ({str(error).splitlines()[0]})") from None
    if array.shape != view.shape:
        raise ValueError(f"{name} has shape {array.shape}, this network's is {view.shape}")
    if array.dtype.kind in "fiu":
        with np.errstate(over="ignore"):
            array = array.astype(view.dtype)
    if array.dtype.kind not in "fiu" or not np.all(np.isfinite(array)):
        raise ValueError(f"{name} is {array.dtype}{'' if array.dtype.kind in 'fiu' else ', no real numbers'}"
                         f"{' and holds nan or inf' if array.dtype.kind in 'fc' else ''}: it cannot be a weight")
    if name.endswith("running_var") and np.any(array < 0):
        raise ValueError(f"{name} holds a negative variance")
    return array
