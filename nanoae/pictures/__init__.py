"""What is drawn: functions that return a figure, and `save`, which writes one."""
from .bands import curves_with_bands, trade_off
from .curves import compared_curves, curves_against, loss_curves
from .figure import figure, save
from .images import filter_grid, image_rows, reconstruction_grid

__all__ = ["compared_curves", "curves_against", "curves_with_bands", "figure", "filter_grid", "image_rows",
           "loss_curves", "reconstruction_grid", "save", "trade_off"]
