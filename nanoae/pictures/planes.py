"""Two numbers an image: points in a plane by class, and what a decoder makes of such a plane."""
import numpy as np

from .figure import figure

# Petroff's ten colours, which the colour-blind can tell apart (arXiv 2107.02270)
COLOURS = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd")


def class_points(title, panels, labels, names):
    """panels: {heading: (points (n, 2), x label, y label)}, side by side; labels (n,) index names."""
    from matplotlib.patheffects import withStroke
    made = figure(4.9 * len(panels) + 0.6, 5.2)
    grid = made.subplots(1, len(panels), squeeze=False)[0]
    for axes, (heading, (points, x_label, y_label)) in zip(grid, panels.items(), strict=True):
        for label in np.unique(labels):
            own = points[labels == label]
            colour = COLOURS[label % len(COLOURS)]
            axes.scatter(*own.T, s=5, color=colour, alpha=0.6, linewidth=0, label=names[label])
            axes.text(*np.median(own, axis=0), names[label], fontsize=10, weight="bold", color=colour, ha="center",
                      va="center", zorder=3, path_effects=[withStroke(linewidth=3, foreground="white")])
        axes.set(title=heading, xlabel=x_label, ylabel=y_label)
    handles, texts = grid[0].get_legend_handles_labels()
    made.legend(handles, texts, loc="outside lower center", ncols=5 if max(map(len, names)) > 2 else 10, fontsize=8,
                markerscale=3)
    made.suptitle(title, fontsize=11)
    return made


def image_plane(title, images, x, y, x_label, y_label, credit=""):
    """images (rows, columns, 1, h, w) at the crossings of y (rows,) and x (columns,), which ascend; y grows upwards."""
    rows, columns, _, h, w = images.shape
    whole = images[::-1, :, 0].transpose(0, 2, 1, 3).reshape(rows * h, columns * w)
    step_x, step_y = x[1] - x[0], y[1] - y[0]
    made = figure(6.4, 6.8)
    axes = made.add_subplot()
    axes.imshow(whole, cmap="gray", vmin=0, vmax=1, aspect="auto",
                extent=(x[0] - step_x / 2, x[-1] + step_x / 2, y[0] - step_y / 2, y[-1] + step_y / 2))
    axes.set(title=title, xlabel=x_label, ylabel=y_label)
    if credit:
        made.supxlabel(credit, fontsize=8)
    return made
