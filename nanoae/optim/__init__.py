"""The optimizers: open loops over a flat vector, one file per method, and small pieces that go with them."""
from .adadelta import Adadelta
from .adam import Adam
from .catalog import MAKERS, make_optimizer
from .clip import clip_by_norm
from .lookahead import Lookahead
from .optimizer import Optimizer
from .rmsprop import RMSprop
from .schedules import cosine, step_decay, warm_up
from .sgd import SGD

__all__ = ["MAKERS", "SGD", "Adadelta", "Adam", "Lookahead", "Optimizer", "RMSprop", "clip_by_norm", "cosine",
           "make_optimizer", "step_decay", "warm_up"]
