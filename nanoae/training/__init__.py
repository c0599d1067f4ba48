"""The open loop, and what surrounds it: run directories, checkpoints, progress, testing, pictures."""
from .evaluate import mean_loss, reconstructions
from .fit import Fit
from .guard import NonFiniteLoss
from .interrupt import Interrupted
from .kept_codes import KeptCodes
from .loop import train
from .position import Epoch, Position
from .run_directory import RunDirectory
from .sealed import RunError
from .seeds import Seeds
from .session import fit_all

__all__ = ["Epoch", "Fit", "Interrupted", "KeptCodes", "NonFiniteLoss", "Position", "RunDirectory", "RunError", "Seeds",
           "fit_all", "mean_loss", "reconstructions", "train"]
