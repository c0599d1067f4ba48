"""Curves over trials: the mean as a line, the 95% interval of the mean as a band."""
import numpy as np

from ..trials import mean_interval
from .plots import figure

CURVES = {    # Okabe and Ito's colours, and a marker each, so that no curve is told by its colour alone
    "green": {"color": "#009E73", "marker": "o"},
    "blue": {"color": "#0072B2", "marker": "s"},
    "red": {"color": "#D55E00", "marker": "^"},
}


def curves_with_bands(path, title, curves, x_label, y_label):
    """curves: [(label, style, x (points,), values (trials, points))]; a label that comes again continues its curve."""
    made = figure(8, 4.4)
    axes = made.add_subplot()
    labels = set()
    for label, style, x, values in curves:
        mean, low, high = np.array([mean_interval(column) for column in np.asarray(values).T]).T
        axes.plot(x, mean, markersize=3.5, markevery=slice(-1, None) if len(x) == 2 else None,
                  label=None if label in labels else label, **style)
        axes.fill_between(x, low, high, color=style["color"], alpha=0.2, linewidth=0)
        labels.add(label)
    axes.set(title=title, xlabel=x_label, ylabel=f"{y_label} (log scale)", yscale="log")
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    made.savefig(path)
