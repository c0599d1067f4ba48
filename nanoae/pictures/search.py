"""A search: its score against each setting, and the best so far against trials."""
from .figure import BLUE, ORANGE, RED, figure


def scores_by_setting(title, ranges, outcomes, best):
    """A panel for each setting; a point for each complete candidate, a ring around the best."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter
    made = figure(3.2 * min(len(ranges), 4) + 0.6, 3.1 * -(-len(ranges) // 4) + 0.9)
    grid = made.subplots(-(-len(ranges) // 4), min(len(ranges), 4), squeeze=False, sharey=True)
    for axes, one in zip(grid.flat, ranges):
        x = [outcome.values[one.name] for outcome in outcomes]
        axes.scatter(list(map(str, x)) if one.choices else x, [outcome.score for outcome in outcomes], s=22, color=BLUE,
                     alpha=0.7)
        at = str(best.values[one.name]) if one.choices else best.values[one.name]
        axes.scatter([at], [best.score], s=110, facecolors="none", edgecolors=RED, linewidths=1.5)
        axes.set(xlabel=one.name + (" (log scale)" if one.log else ""), yscale="log")
        if one.log:
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 3) if one.high / one.low < 100 else (1,)))
            axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
            axes.xaxis.set_minor_formatter(NullFormatter())
        axes.grid(alpha=0.3, which="both")
    for axes in list(grid.flat)[len(ranges):]:
        axes.axis("off")
    for row in grid:
        row[0].set_ylabel("validation loss (log scale)")
    made.suptitle(f"{title}: a point a candidate, the best ringed", fontsize=11)
    return made


def best_so_far(title, outcomes):
    """Scores of complete candidates in their order, and the lowest up to there; pruned and failed ones as crosses."""
    made = figure(7, 4.2)
    axes = made.add_subplot()
    complete = [one for one in outcomes if one.state == "complete"]
    axes.scatter([one.number for one in complete], [one.score for one in complete], s=22, color=BLUE, label="candidate")
    lowest, steps = float("inf"), []
    for one in complete:
        lowest = min(lowest, one.score)
        steps.append(lowest)
    axes.step([one.number for one in complete], steps, where="post", color=ORANGE, linestyle="--", label="best so far")
    other = [one.number for one in outcomes if one.state in ("pruned", "failed")]
    if other:
        axes.scatter(other, [max(one.score for one in complete)] * len(other), marker="x", color=RED,
                     label="pruned or failed (no score)")
    axes.set(title=title, xlabel="candidate", ylabel="validation loss, mean over folds (log scale)", yscale="log")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    return made
