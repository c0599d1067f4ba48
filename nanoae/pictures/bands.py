"""Curves over trials: the mean as a line, the 95% interval of the mean as a band."""
import numpy as np

from ..trials import mean_interval
from .figure import figure

CURVES = {    # Okabe and Ito's colours, and a marker each, so that no curve is told by its colour alone
    "green": {"color": "#009E73", "marker": "o"},
    "blue": {"color": "#0072B2", "marker": "s"},
    "red": {"color": "#D55E00", "marker": "^"},
}


def curves_with_bands(title, panels, x_label, y_label):
    """panels: {heading: [(label, style, x (points,), values (trials, points))]}, side by side on one scale; a label
    that comes again continues its curve."""
    made = figure(8 if len(panels) == 1 else 10.5, 4.6)
    grid = made.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (heading, curves) in zip(grid, panels.items(), strict=True):
        labels = set()
        for label, style, x, values in curves:
            mean, low, high = np.array([mean_interval(column) for column in np.asarray(values).T]).T
            axes.plot(x, mean, markersize=3.5, markevery=slice(-1, None) if len(x) == 2 else None,
                      label=None if label in labels else label, **style)
            axes.fill_between(x, low, high, color=style["color"], alpha=0.2, linewidth=0)
            labels.add(label)
        axes.set(title=heading, xlabel=x_label, yscale="log")
        axes.grid(alpha=0.3, which="both")
        if labels:
            axes.legend()
    grid[0].set_ylabel(f"{y_label} (log scale)")
    made.suptitle(title, fontsize=11)
    return made


def trade_off(title, methods, x_label, y_label):
    """methods: {label: (style, [(x, y) of each trial], [(x, y) means])}: trials are faint points, means are joined."""
    made = figure(8, 4.6)
    axes = made.add_subplot()
    for label, (style, trials, means) in methods.items():
        axes.plot(*zip(*means, strict=True), label=label, **style)
        axes.scatter(*zip(*trials, strict=True), color=style["color"], marker=style["marker"], alpha=0.3, s=18)
    axes.set(title=title, xlabel=f"{x_label} (log scale)", ylabel=f"{y_label} (log scale)", xscale="log", yscale="log")
    axes.grid(alpha=0.3, which="both")
    if methods:
        axes.legend()
    return made
