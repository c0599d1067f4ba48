"""How much of the noise a network takes away: by level, and image by image."""
from .figure import BLUE, GREEN, ORANGE, RED, figure

STYLES = ((RED, "v", ":"), (ORANGE, "s", "--"), (BLUE, "o", "-"), (GREEN, "^", "-."))


def errors_by_level(title, levels, figures):
    """levels: {name: (kind, level)}; figures: {method: {name_before, name_after}}: a panel for each kind of noise."""
    panels: dict = {}
    for name, (kind, level) in levels.items():
        panels.setdefault(kind.__name__, []).append((level, name))
    words = {"Blackened": "share of pixels blackened", "Noise": "standard deviation of the noise"}
    made = figure(9.5, 4.8)
    grid = made.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (kind, found) in zip(grid, panels.items(), strict=True):
        x, names = zip(*found, strict=True)
        first = next(iter(figures.values()))
        axes.plot(x, [first[f"{name}_before"] for name in names], color="black", marker="x", label="spoilt image")
        for (method, values), (colour, marker, line) in zip(figures.items(), STYLES):
            axes.plot(x, [values[f"{name}_after"] for name in names], color=colour, marker=marker, linestyle=line,
                      label=method)
        axes.set(xlabel=words[kind], yscale="log")
        axes.grid(alpha=0.3, which="both")
    grid[0].set_ylabel("mean squared error per pixel\nagainst the clean image (log scale)")
    handles, labels = grid[0].get_legend_handles_labels()
    made.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=9)
    made.suptitle(f"{title}: error before and after, all test images", fontsize=11)
    return made


def improvement_by_darkness(title, dark, gain):
    """A point an image: dark (n,), the share of its pixels that are black, against gain (n,), error before less error
    after."""
    made = figure(7, 4.4)
    axes = made.add_subplot()
    axes.scatter(dark, gain, s=5, color=BLUE, alpha=0.4, linewidth=0, label="a test image")
    axes.axhline(0, color="black", linewidth=1, label="no change")
    axes.set(title=title, xlabel="share of the clean image's pixels that are black",
             ylabel="squared error per pixel,\nbefore less after")
    axes.grid(alpha=0.3)
    axes.legend(markerscale=3)
    return made
