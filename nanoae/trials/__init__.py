"""One thing run many times: the statistics of what came out."""
from .statistics import mean_interval

__all__ = ["mean_interval"]
