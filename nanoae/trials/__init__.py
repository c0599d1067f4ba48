"""One thing run many times: cells, here or on workers, and the statistics of what came out."""
from .cells import Cell, run_cells
from .opened import OpenedCell, Run
from .statistics import interval_figures, mean_interval

__all__ = ["Cell", "OpenedCell", "Run", "interval_figures", "mean_interval", "run_cells"]
