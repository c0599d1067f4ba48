"""Optimizers by the names people type, each with its own default learning rate."""
from typing import Any

from ..backend import suggestion
from ..from_file import is_of_file, named
from ..prox import SquaredL2
from .adadelta import Adadelta
from .adam import Adam
from .code_penalty import CodePenalty
from .fista import FISTA
from .lookahead import Lookahead
from .nam import NAM
from .optimizer import Optimizer
from .phase import Phase
from .rmsprop import RMSprop
from .sgd import SGD


def fista(part, lr, weight_decay=0.0):
    """FISTA whose momentum begins anew where it leads uphill; weight decay is its penalty, by its prox."""
    return FISTA(part, lr, SquaredL2(weight_decay) if weight_decay else None, adaptive_restart=True)


def blocks_of(part, method):
    """{'encoder': ..., 'decoder': ...} of a network; ValueError where it has none."""
    blocks = {child.name: child for child in getattr(part, "children", ())}
    if not {"encoder", "decoder"} <= set(blocks):
        raise ValueError(f"{method} alternates between parts named encoder and decoder; {part!r} has none")
    return blocks


def nam(part, lr, weight_decay=0.0):
    """Adam on the decoder at ten times lr, then Adam on the encoder at lr (paper 3, section 1), a step each in turn."""
    blocks = blocks_of(part, "nam")
    return NAM(part, [Adam(blocks["decoder"], 10 * lr, weight_decay=weight_decay),
                      Adam(blocks["encoder"], lr, weight_decay=weight_decay)], every=1)


def anamo(part, lr, weight_decay=0.0):
    """Paper 3's algorithm 1 on a mini-batch: 2 steps of FISTA on the encoder, whose codes are penalised by 1e-6 times
    their sum, then 6 on the decoder (the paper's 1 to 3), with steps of lr that backtracking halves."""
    blocks = blocks_of(part, "anamo")
    if weight_decay:
        raise ValueError("anamo has a penalty on codes and none on weights: set weight_decay=0")
    penalty = CodePenalty(blocks["encoder"], 1e-6, tolerance=1e-3, most=20)
    return NAM(part, [Phase(FISTA(blocks["encoder"], lr, penalty, backtracking=True), 2),
                      Phase(FISTA(blocks["decoder"], lr, backtracking=True), 6)])


MAKERS: dict[str, tuple[float, Any, dict]] = {
    "sgd": (1e-2, SGD, {}),
    "momentum": (1e-2, SGD, {"momentum": 0.9}),
    "nesterov": (1e-2, SGD, {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (1e-2, RMSprop, {}),
    "adadelta": (1.0, Adadelta, {}),
    "adam": (1e-3, Adam, {}),
    "adamw": (1e-3, Adam, {"decoupled": True}),
    "lookahead": (1e-3, Adam, {}),
    "fista": (0.1, fista, {}),
    "nam": (1e-3, nam, {}),
    "anamo": (10.0, anamo, {}),
}


def own_kind(text):
    """The class that FILE.py:NAME names. Raises ValueError where that is no optimizer."""
    kind = named(text)
    if not (isinstance(kind, type) and issubclass(kind, Optimizer)):
        raise ValueError(f"{text} is no class that inherits from nanoae.optim.Optimizer")
    if kind.update is Optimizer.update and kind.step is Optimizer.step:
        raise ValueError(f"{text} has no update(self): one step from self.grad, written into self.theta")
    return kind


def own_optimizer(text, part, lr, weight_decay):
    """The optimizer of FILE.py:NAME for a part. Raises ValueError where it takes no such argument, or keeps arrays that
    a checkpoint would not know."""
    kind = own_kind(text)
    given = {"lr": lr} if lr is not None else {}
    given |= {"weight_decay": weight_decay} if weight_decay else {}
    try:
        optimizer = kind(part, **given)
    except TypeError as error:
        raise ValueError(f"{text} cannot be made with {', '.join(['the network', *given])}: {error}. Give its own "
                         "numbers a default, lr above all") from None
    known = {"theta", "grad", "lr", "lent", *kind.vectors, *kind.scratch, *Optimizer.scratch, *kind.counters,
             *kind.measures}
    lost = [name for name, value in vars(optimizer).items() if name not in known and
            (getattr(value, "shape", None) == part.theta.shape or (isinstance(value, list | dict | set) and not value))]
    if lost:
        raise ValueError(f"{text} keeps {', '.join(lost)}, which no checkpoint would hold, so that a run could not go "
                         f"on: vectors = {tuple(lost)!r} in the class makes and saves them; scratch = ... if they need "
                         "not be")
    if kind.mro()[1] is Optimizer:    # what it inherits from ours we know to be right
        optimizer.held = frozenset(known)
    return optimizer


def make_optimizer(name, part, lr=None, weight_decay=0.0):
    """The optimizer of this name for a part; lr=None takes the method's default. Raises ValueError for another name.

    weight_decay is L2, added to the gradient; for adamw it is decoupled. `lookahead` is Lookahead(Adam), k = 5,
    alpha = 0.5. FILE.py:NAME is a class of people's own, made with the part and, where they are given, lr and
    weight_decay.
    """
    if is_of_file(name):
        return own_optimizer(name, part, lr, weight_decay)
    if name not in MAKERS:
        raise ValueError(f"optimizer {name!r} is unknown; {suggestion(name, MAKERS)}there are {', '.join(MAKERS)}")
    default_lr, method, options = MAKERS[name]
    optimizer = method(part, lr=default_lr if lr is None else lr, weight_decay=weight_decay, **options)
    return Lookahead(optimizer) if name == "lookahead" else optimizer
