"""The pictures of a run: loss curves, reconstructions, filters. Colours: Okabe and Ito, safe for the colour-blind."""
import os
from io import BytesIO

import numpy as np

from ..files import write_whole
from ..kernels.home import cache_home

BLUE, ORANGE, GREEN, RED, PINK = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7"
CURVES = [(BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (RED, ":"), (PINK, "-")]


def figure(width, height):
    """A matplotlib figure that needs no screen."""
    if os.environ.get("NANOAE_CACHE") and cache_home() is not None:    # there may be no other place
        os.environ.setdefault("MPLCONFIGDIR", str(cache_home() / "matplotlib"))
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    made = Figure(figsize=(width, height), dpi=120, layout="constrained")
    FigureCanvasAgg(made)
    return made


def save(made, path):
    """Writes a figure as PNG, whole or not at all. A dollar sign in a title or name stays one: no mathematics."""
    from matplotlib.text import Text
    ticks = {id(label) for axes in made.axes for axis in (axes.xaxis, axes.yaxis)
             for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()) for label in (tick.label1, tick.label2)}
    for text in made.findobj(Text):
        if id(text) not in ticks:    # those of logarithmic axes are powers of ten
            text.set_parse_math(False)
    picture = BytesIO()
    made.savefig(picture, format="png")
    write_whole(path, picture.getvalue())


def loss_curves(path, title, history, loss_name):
    """Training and test loss over epochs; history: dictionaries with epoch, train_loss, test_loss."""
    made = figure(7, 4.2)
    axes = made.add_subplot()
    epochs = [line["epoch"] for line in history]
    axes.plot(epochs, [line["train_loss"] for line in history], color=BLUE, marker="o", markersize=3,
              label="training (mean over the epoch's batches)")
    axes.plot(epochs, [line["test_loss"] for line in history], color=ORANGE, linestyle="--", marker="s", markersize=3,
              label="test (after the epoch)")
    axes.set(title=title, xlabel="epoch", ylabel=f"{loss_name} per pixel")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    save(made, path)


def compared_curves(path, title, histories, unit):
    """Several methods' losses, {method: history}: training on the left, held-out on the right, one scale."""
    made = figure(9.5, 4.2)
    panels = made.subplots(1, 2, sharey=True)
    for axes, key, heading in zip(panels, ("train_loss", "test_loss"), ("training", "held out"), strict=True):
        for (method, history), colour, style in zip(histories.items(), (BLUE, ORANGE, GREEN), ("-", "--", ":")):
            axes.plot([line["epoch"] for line in history], [line[key] for line in history], color=colour,
                      linestyle=style, label=method)
        axes.set(title=heading, xlabel="epoch", yscale="log")    # both fall by factors
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3, which="both")
        axes.legend()
    panels[0].set_ylabel(f"{unit} (log scale)")
    made.suptitle(title)
    save(made, path)


def curves_against(path, title, curves, x_label, y_label):
    """One panel of {name: (x values, y values)}, y on a logarithmic scale."""
    made = figure(7, 4.2)
    axes = made.add_subplot()
    for k, (name, (x, y)) in enumerate(curves.items()):
        colour, style = CURVES[k % len(CURVES)]
        axes.plot(x, y, color=colour, linestyle=style, marker="o" if len(x) < 30 else "", markersize=3, label=name)
    axes.set(title=title, xlabel=x_label, ylabel=f"{y_label} (log scale)", yscale="log")
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    save(made, path)


def image_rows(path, title, rows, credit=""):
    """Rows of images, {name: (n, c, h, w)}; below each but the first, its squared error against the first."""
    first = next(iter(rows.values()))
    made = figure(1.5 * len(first) + 1.3, 1.75 * len(rows) + 0.9)
    grid = made.subplots(len(rows), len(first), squeeze=False)
    for row, (name, images) in enumerate(rows.items()):
        for axes, image, original in zip(grid[row], images, first, strict=True):
            show(axes, image)
            if row:
                axes.set_xlabel(f"{np.mean((image - original) ** 2):.4f}", fontsize=9)
        grid[row, 0].set_ylabel(name, fontsize=10)
    made.suptitle(title, fontsize=11)
    made.supxlabel("numbers: mean squared error per pixel" + (f"\n{credit}" if credit else ""), fontsize=8)
    save(made, path)


def reconstruction_grid(path, title, originals, outputs, labels, credit="", row_label="class of the image"):
    """Originals over their reconstructions, a column each, with each column's label and squared error."""
    columns = len(originals)
    made = figure(max(1.0 * columns + 1.1, 5.5), 3.1)
    grid = made.subplots(2, columns, squeeze=False)
    for k in range(columns):
        error = float(np.mean((originals[k] - outputs[k]) ** 2))
        for row, image in enumerate((originals[k], outputs[k])):
            axes = grid[row, k]
            show(axes, image)
            axes.set_xlabel(str(labels[k]) if row == 0 else f"{error:.4f}", fontsize=9)
    grid[0, 0].set_ylabel("original", fontsize=10)
    grid[1, 0].set_ylabel("output", fontsize=10)
    made.suptitle(title, fontsize=11)
    made.supxlabel(f"above: {row_label}; below: mean squared error per pixel" + (f"\n{credit}" if credit else ""),
                   fontsize=8)
    save(made, path)


def filter_grid(path, title, W):
    """The kernels of a first layer, W (c_out, c_in, kh, kw): blue negative, red positive, one scale for all."""
    kernels = np.asarray(W).reshape(-1, *W.shape[2:])
    columns = min(len(kernels), 8)
    rows = -(-len(kernels) // columns)
    made = figure(0.95 * columns + 1.2, 0.95 * rows + 1.1)
    grid = made.subplots(rows, columns, squeeze=False)
    limit = float(np.max(np.abs(kernels)))
    for k, axes in enumerate(grid.flat):
        axes.axis("off")
        if k < len(kernels):
            drawn = axes.imshow(kernels[k], cmap="RdBu_r", vmin=-limit, vmax=limit)
            axes.set_title(str(k), fontsize=8)
    made.suptitle(title, fontsize=11)
    made.colorbar(drawn, ax=grid, label="weight", shrink=0.8)
    save(made, path)


def show(axes, image):
    """One image (c, h, w) in [0, 1], grey or colour, without ticks."""
    if image.shape[0] == 3:
        axes.imshow(np.clip(image.transpose(1, 2, 0), 0, 1))
    else:
        axes.imshow(image[0], cmap="gray", vmin=0, vmax=1)
    axes.set_xticks([])
    axes.set_yticks([])
