"""What is drawn: functions that return a figure, and `save`, which writes one."""
from .bands import curves_with_bands, trade_off
from .confusion import confusion_matrix
from .curves import compared_curves, curves_against, fold_curves, loss_curves
from .figure import figure, save
from .gradients import gradient_picture
from .images import filter_grid, image_grid, image_rows, reconstruction_grid
from .planes import class_points, image_plane

__all__ = ["class_points", "compared_curves", "confusion_matrix", "curves_against", "curves_with_bands", "figure",
           "filter_grid", "fold_curves", "gradient_picture", "image_grid", "image_plane", "image_rows", "loss_curves",
           "reconstruction_grid", "save", "trade_off"]
