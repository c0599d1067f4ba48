"""Optimizers by the names people type, each with its own default learning rate."""
from typing import Any

from ..backend import suggestion
from .adadelta import Adadelta
from .adam import Adam
from .lookahead import Lookahead
from .rmsprop import RMSprop
from .sgd import SGD

MAKERS: dict[str, tuple[float, Any, dict]] = {
    "sgd": (1e-2, SGD, {}),
    "momentum": (1e-2, SGD, {"momentum": 0.9}),
    "nesterov": (1e-2, SGD, {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (1e-2, RMSprop, {}),
    "adadelta": (1.0, Adadelta, {}),
    "adam": (1e-3, Adam, {}),
    "adamw": (1e-3, Adam, {"decoupled": True}),
    "lookahead": (1e-3, Adam, {}),
}


def make_optimizer(name, part, lr=None, weight_decay=0.0):
    """The optimizer of this name for a part; lr=None takes the method's default. Raises ValueError for another name.

    weight_decay is L2, added to the gradient; for adamw it is decoupled. `lookahead` is Lookahead(Adam), k = 5,
    alpha = 0.5.
    """
    if name not in MAKERS:
        raise ValueError(f"optimizer {name!r} is unknown; there are {', '.join(MAKERS)}{suggestion(name, MAKERS)}")
    default_lr, method, options = MAKERS[name]
    optimizer = method(part, lr=default_lr if lr is None else lr, weight_decay=weight_decay, **options)
    return Lookahead(optimizer) if name == "lookahead" else optimizer
