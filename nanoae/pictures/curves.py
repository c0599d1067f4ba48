"""Curves of a training: losses over epochs, of one method or of several."""
from .figure import BLUE, GREEN, ORANGE, PINK, RED, figure

CURVES = [(BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (RED, ":"), (PINK, "-")]


def loss_curves(title, history, loss_name):
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
    return made


def compared_curves(title, histories, unit):
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
    return made


def curves_against(title, curves, x_label, y_label):
    """One panel of {name: (x values, y values)}, y on a logarithmic scale."""
    made = figure(7, 4.2)
    axes = made.add_subplot()
    for k, (name, (x, y)) in enumerate(curves.items()):
        colour, style = CURVES[k % len(CURVES)]
        axes.plot(x, y, color=colour, linestyle=style, marker="o" if len(x) < 30 else "", markersize=3, label=name)
    axes.set(title=title, xlabel=x_label, ylabel=f"{y_label} (log scale)", yscale="log")
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    return made
