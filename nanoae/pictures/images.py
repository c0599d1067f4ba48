"""Pictures of images: originals over what a network made of them, and a first layer's kernels."""
import numpy as np

from ..arrays import host
from .figure import figure


def image_rows(title, rows, credit="", against=None, white=1.0):
    """Rows of images, {name: (n, c, h, w)}; below each but one, its squared error against that one: the row named by
    `against`, or the first. white: the value that is drawn white."""
    against = next(iter(rows)) if against is None else against
    first = rows[against]
    made = figure(1.5 * len(first) + 1.3, 1.75 * len(rows) + 0.9)
    grid = made.subplots(len(rows), len(first), squeeze=False)
    for row, (name, images) in enumerate(rows.items()):
        for axes, image, original in zip(grid[row], images, first, strict=True):
            show(axes, image / white)
            if name != against:
                axes.set_xlabel(f"{np.mean((image - original) ** 2):.4f}", fontsize=9)
        grid[row, 0].set_ylabel(name, fontsize=10)
    made.suptitle(title, fontsize=11)
    made.supxlabel("numbers: mean squared error per pixel" + (f"\n{credit}" if credit else ""), fontsize=8)
    return made


def reconstruction_grid(title, originals, outputs, labels, credit="", row_label="class of the image"):
    """Originals over their reconstructions, a column each, with each column's label and squared error."""
    columns = len(originals)
    side = min(max(1.0, 4.4 / columns), 2.0)    # inches; few images are drawn large, for the title wants its width
    made = figure(max(side * columns + 1.1, 5.5), 2 * side + 1.1)
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
    return made


def image_grid(title, images, rows=(), columns=(), rows_label="", columns_label="", credit=""):
    """images (rows, columns, c, h, w) in [0, 1] as one picture; rows and columns: what stands beside and below them."""
    m, k, c, h, w = images.shape
    whole = np.full((m, k, c, h + 1, w + 1), 1.0)    # a white line below and beside each
    whole[..., :h, :w] = images
    whole = whole.transpose(2, 0, 3, 1, 4).reshape(c, m * (h + 1), k * (w + 1))[:, :-1, :-1]
    scale = min(0.75, 9 / k)
    made = figure(max(scale * k + 0.6 + (0.9 if len(rows) else 0), 5), scale * m * h / w + 1.1)
    axes = made.add_subplot()
    show(axes, whole)
    if len(rows):
        axes.set_yticks((h + 1) * np.arange(m) + h / 2, rows, fontsize=9)
    if len(columns):
        axes.set_xticks((w + 1) * np.arange(k) + w / 2, columns, fontsize=9)
    axes.tick_params(length=0)
    axes.set(xlabel=columns_label, ylabel=rows_label)
    made.suptitle(title, fontsize=11)
    if credit:
        made.supxlabel(credit, fontsize=8)
    return made


def filter_grid(title, W):
    """The kernels of a first layer, W (c_out, c_in, kh, kw): blue negative, red positive, one scale for all."""
    kernels = host(W).reshape(-1, *W.shape[2:])
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
    return made


def show(axes, image):
    """One image (c, h, w) in [0, 1], grey or colour, without ticks."""
    if image.shape[0] == 3:
        axes.imshow(np.clip(image.transpose(1, 2, 0), 0, 1))
    else:
        axes.imshow(image[0], cmap="gray", vmin=0, vmax=1)
    axes.set_xticks([])
    axes.set_yticks([])
