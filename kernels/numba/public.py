"""Borrowing from the NumPy rung what no block kernel was written for: its kernel between two changes of layout.

    elu_forward = in_public_layout(plain.elu_forward)
    group_norm_forward = in_public_layout(plain.group_norm_forward, writes=("out", "x_hat", "group_inv_std"))

A borrowed kernel is written down for replay like any other of this rung; imported as it is, it would not be.
"""
import inspect
from functools import wraps

from ..recording import recorded
from .host import LANES
from .layout import enter, leave

READ = ("x", "dy", "x_hat", "group_inv_std")    # arguments in this rung's layout, where a kernel has them


def in_public_layout(kernel, writes=("out",)):
    """The kernel on blocks. writes: its arguments in this rung's layout that it fills; () where `out` is a parameter's
    gradient. Spare lanes go along as samples: they are zeros in gradients and stay so."""
    signature = inspect.signature(kernel)
    reads = [name for name in READ if name in signature.parameters and name not in writes]

    @recorded
    def on_blocks(call):
        arguments = dict(call.arguments)
        ws = arguments["ws"]
        for name in (*reads, *writes):
            arguments[name] = opened(arguments[name], ws, copy=name in reads)
        if arguments.get("store") and arguments["store"][2] is not None:
            arguments["store"] = (*arguments["store"][:2], opened(arguments["store"][2], ws))
        kernel(**arguments)
        for name in writes:
            enter(arguments[name], call.arguments[name], ws)

    @wraps(kernel)
    def borrowed(*args, **kwargs):
        call = signature.bind(*args, **kwargs)
        call.apply_defaults()
        on_blocks(call)

    borrowed.recorded = True    # type: ignore[attr-defined]
    return borrowed


def opened(stored, ws, copy=True):
    """A stored array as (n, c, h, w), spare lanes included, in scratch memory."""
    blocks, h, w, c, _ = stored.shape
    public = ws((blocks * LANES, c, h, w), stored.dtype)
    if copy:
        leave(stored, public)
    return public
