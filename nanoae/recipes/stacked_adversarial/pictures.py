"""Errors of the growing stack: over multiply-adds, and by depth."""
import numpy as np

from ...pictures.curves import CURVES
from ...pictures.figure import BLUE, GREEN, ORANGE, figure

DEPTHS = {"pair": "stacked", "tune G": "tuned"}    # stage: what its error is called


def kept_lines(history, name):
    """Of each stage 'NAME K': (K, the line whose weights were kept, steps up to it)."""
    stages: dict = {}
    for line in history:
        stages.setdefault(line["stage"], []).append(line)
    for stage, lines in stages.items():
        head, _, depth = stage.rpartition(" ")
        if head == name and depth.isdecimal():
            best = min(range(len(lines)), key=lambda k: lines[k]["validation_loss"])
            yield int(depth), lines[best], (best + 1) * lines[0]["steps"] // lines[0]["epoch"]


def errors(title, histories, nothing):
    """The test error of the whole generator after each epoch, against multiply-adds spent."""
    made = figure(8, 4.6)
    axes = made.add_subplot()
    for (name, history), (colour, style) in zip(histories.items(), CURVES):
        spent = np.cumsum([line["multiply_adds"] for line in history]) / 1e12
        axes.plot(spent, [line["test_mse"] for line in history], color=colour, linestyle=style, linewidth=1.2,
                  label=name)
    axes.axhline(nothing["input_mse"], color="black", linestyle=":", linewidth=1, label="the input as it is")
    axes.axhline(nothing["mean_face_mse"], color="gray", linestyle=(0, (5, 5)), linewidth=1, label="the mean face")
    axes.set(title=f"{title}: error on other people", xlabel="multiply-adds spent, in millions of millions",
             ylabel="mean squared error per pixel\n(log scale)", yscale="log")
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    return made


def depths(title, histories):
    """{method: histories of its trials}: the error when a pair was stacked and, where it was, when all was tuned."""
    made = figure(7, 4.4)
    axes = made.add_subplot()
    bars = [(method, stage) for method, of in histories.items() for stage in DEPTHS
            if any(True for history in of for _ in kept_lines(history, stage))]
    width = 0.8 / max(1, len(bars))
    for k, ((method, stage), colour) in enumerate(zip(bars, (ORANGE, BLUE, GREEN))):
        found: dict = {}
        for history in histories[method]:
            for depth, line, _ in kept_lines(history, stage):
                found.setdefault(depth, []).append(line["test_mse"])
        x = np.array(sorted(found)) + (k - (len(bars) - 1) / 2) * width
        axes.bar(x, [np.mean(found[depth]) for depth in sorted(found)], width, color=colour,
                 label=f"{method}, {DEPTHS[stage]}")
        for place, depth in zip(x, sorted(found), strict=True):
            axes.plot([place] * len(found[depth]), found[depth], "o", color="black", markersize=3)
    axes.plot([], [], "o", color="black", markersize=3, label="one trial")
    axes.set(title=f"{title}: error by depth", xlabel="pairs in the stack", ylabel="mean squared error per pixel")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.3, axis="y")
    made.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=9)
    return made
