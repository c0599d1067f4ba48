"""One thing run many times: the statistics of what came out."""
from .statistics import interval_figures, mean_interval

__all__ = ["interval_figures", "mean_interval"]
