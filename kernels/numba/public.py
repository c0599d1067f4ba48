"""Borrowing from the NumPy rung: its kernel between two changes of layout, for what no block kernel was written for."""
import inspect
from functools import wraps

from ..recording import recorded
from .host import LANES
from .layout import enter, leave

STORED = ("x", "dy", "out")    # arguments in this rung's layout


def in_public_layout(kernel):
    """The kernel on blocks. Spare lanes go along as samples: they are zeros in gradients and stay so."""
    signature = inspect.signature(kernel)
    stored = [name for name in STORED if name in signature.parameters]
    if kernel.__name__.endswith("weight_grad"):
        stored.remove("out")

    @recorded
    def on_blocks(call):
        arguments = dict(call.arguments)
        ws = arguments["ws"]
        for name in stored:
            arguments[name] = opened(arguments[name], ws, copy=name != "out")
        if arguments.get("store") and arguments["store"][2] is not None:
            arguments["store"] = (*arguments["store"][:2], opened(arguments["store"][2], ws))
        kernel(**arguments)
        if "out" in stored:
            enter(arguments["out"], call.arguments["out"], ws)

    @wraps(kernel)
    def borrowed(*args, **kwargs):
        call = signature.bind(*args, **kwargs)
        call.apply_defaults()
        on_blocks(call)

    return borrowed


def opened(stored, ws, copy=True):
    """A stored array as (n, c, h, w), spare lanes included, in scratch memory."""
    blocks, h, w, c, _ = stored.shape
    public = ws((blocks * LANES, c, h, w), stored.dtype)
    if copy:
        leave(stored, public)
    return public
