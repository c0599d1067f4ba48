"""The optimizers: open loops over a flat vector, one file per method, and small pieces that go with them."""
from .adadelta import Adadelta
from .adam import Adam
from .catalog import MAKERS, make_optimizer
from .clip import clip_by_norm
from .code_penalty import CodePenalty
from .curvature import curvature
from .fista import FISTA, ISTA
from .lookahead import Lookahead
from .nam import NAM
from .optimizer import Optimizer
from .phase import Phase
from .rmsprop import RMSprop
from .schedules import cosine, step_decay, warm_up
from .sgd import SGD

__all__ = ["FISTA", "ISTA", "MAKERS", "NAM", "SGD", "Adadelta", "Adam", "CodePenalty", "Lookahead", "Optimizer",
           "Phase", "RMSprop", "clip_by_norm", "cosine", "curvature", "make_optimizer", "step_decay",
           "warm_up"]
