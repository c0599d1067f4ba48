"""The open loop, and what surrounds it: run directories, progress, testing, pictures."""
from .evaluate import mean_loss, reconstructions
from .guard import NonFiniteLoss
from .loop import Epoch, train
from .run_directory import RunDirectory, RunError
from .seeds import Seeds

__all__ = ["Epoch", "NonFiniteLoss", "RunDirectory", "RunError", "Seeds", "mean_loss", "reconstructions", "train"]
