"""Curves of a training: losses over epochs, of one method or of several."""
import numpy as np

from .figure import BLUE, GREEN, ORANGE, PINK, RED, figure

CURVES = [(BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (RED, ":"), (PINK, "-")]


def loss_curves(title, history, unit):
    """Training and test loss over epochs, and validation loss where there is one; history: dictionaries with epoch,
    train_loss, test_loss."""
    made = figure(7, 4.2)
    axes = made.add_subplot()
    epochs = [line["epoch"] for line in history]
    axes.plot(epochs, [line["train_loss"] for line in history], color=BLUE, marker="o", markersize=3,
              label="training (mean over the epoch's batches)")
    axes.plot(epochs, [line["test_loss"] for line in history], color=ORANGE, linestyle="--", marker="s", markersize=3,
              label="test (after the epoch)")
    if "validation_loss" in history[-1]:
        axes.plot(epochs, [line["validation_loss"] for line in history], color=GREEN, linestyle=":", marker="^",
                  markersize=3, label="validation (after the epoch)")
    axes.set(title=title, xlabel="epoch", ylabel=unit)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    return made


def fold_curves(title, histories, unit):
    """Several trainings of one network, folds or trials: means as lines, from the lowest to the highest as bands."""
    made = figure(7, 4.2)
    axes = made.add_subplot()
    kinds = (("train_loss", "training", BLUE, "-"), ("validation_loss", "validation", GREEN, ":"),
             ("test_loss", "test", ORANGE, "--"))
    for key, label, colour, style in kinds:
        if key in histories[0][-1]:
            values = np.array([[line[key] for line in history] for history in histories])
            epochs = [line["epoch"] for line in histories[0]]
            axes.plot(epochs, values.mean(axis=0), color=colour, linestyle=style, label=f"{label}, mean and range")
            axes.fill_between(epochs, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.2, linewidth=0)
    axes.set(title=title, xlabel="epoch", ylabel=f"{unit} (log scale)", yscale="log")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    return made


def compared_curves(title, histories, unit):
    """Several methods' losses, {method: history}: training on the left, held-out on the right, one scale."""
    made = figure(9.5, 4.2)
    panels = made.subplots(1, 2, sharey=True)
    for axes, key, heading in zip(panels, ("train_loss", "test_loss"), ("training", "held out"), strict=True):
        for (method, history), (colour, style) in zip(histories.items(), CURVES):
            axes.plot([line["epoch"] for line in history], [line[key] for line in history], color=colour,
                      linestyle=style, label=method)
        axes.set(title=heading, xlabel="epoch", yscale="log")    # both fall by factors
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3, which="both")
        axes.legend()
    panels[0].set_ylabel(f"{unit} (log scale)")
    made.suptitle(title)
    return made


def curves_against(title, curves, x_label, y_label, scale="log"):
    """One panel of {name: (x values, y values)}, y on a logarithmic scale, or a linear one."""
    made = figure(7, 4.2)
    axes = made.add_subplot()
    axes.xaxis.get_major_locator().set_params(integer=True)
    for k, (name, (x, y)) in enumerate(curves.items()):
        colour, style = CURVES[k % len(CURVES)]
        axes.plot(x, y, color=colour, linestyle=style, marker="o" if len(x) < 30 else "", markersize=3, label=name)
    axes.set(title=title, xlabel=x_label, ylabel=y_label + " (log scale)" * (scale == "log"), yscale=scale)
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    return made
