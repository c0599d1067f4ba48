"""The open loop, and what surrounds it: run directories, checkpoints, progress, testing."""
from ..sealed import RunError
from .evaluate import accuracy, classes_of, mean_loss, mean_penalty, reconstructions
from .evaluation import Evaluation
from .fit import Fit
from .guard import NonFiniteLoss
from .interrupt import Interrupted
from .kept_codes import KeptCodes
from .loop import train
from .position import Epoch, Position
from .run_directory import RunDirectory
from .seeds import Seeds
from .session import carry_on
from .skipping import SkippingFit
from .stages import Stages

__all__ = [
           "Epoch",
           "Evaluation",
           "Fit",
           "Interrupted",
           "KeptCodes",
           "NonFiniteLoss",
           "Position",
           "RunDirectory",
           "RunError",
           "Seeds",
           "SkippingFit",
           "Stages",
           "accuracy",
           "carry_on",
           "classes_of",
           "mean_loss",
           "mean_penalty",
           "reconstructions",
           "train",
]
