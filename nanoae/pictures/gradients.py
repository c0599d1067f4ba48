"""A gradient check as a picture: both gradients, their difference, and the error against the step."""
import numpy as np

from .figure import BLUE, ORANGE, figure

MOST = 6    # inputs that are drawn; the worst ones where there are more


def gradient_picture(report):
    """Four panels for each input of a Report whose numbers were compared; (first axis, all others) as rows, columns.

    Raises ValueError where nothing was compared.
    """
    entries = sorted((entry for entry in report.entries if entry.gradients), key=lambda entry: -entry.error)[:MOST]
    if not entries:
        raise ValueError("no numbers were compared: there is nothing to draw")
    made = figure(13, 0.5 + 2.9 * len(entries))
    made.suptitle(f"{report.kind}: {report.verdict}")
    for row, axes in zip(entries, np.atleast_2d(made.subplots(len(entries), 4)), strict=True):
        maps(made, axes[:3], row, report)
        against_step(axes[3], row, report)
    return made


def maps(made, axes, entry, report):
    """Heat maps of backward's gradient, the numeric one, and their difference; the worst entry framed if wrong."""
    analytic, numeric = (g.reshape((len(g), -1) if g.ndim > 1 else (1, -1)) for g in entry.gradients)
    largest = max(np.max(np.abs(analytic), initial=0), np.max(np.abs(numeric), initial=0)) or 1.0
    gap = np.max(np.abs(analytic - numeric), initial=0) or 1.0
    for axis, values, title, limit in ((axes[0], analytic, "backward", largest),
                                       (axes[1], numeric, "difference quotients", largest),
                                       (axes[2], analytic - numeric, "backward - quotients", gap)):
        image = axis.imshow(values, cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
        axis.set_title(f"{entry.name}: {title}", fontsize=10)
        axis.set_xlabel("entry of a row" if len(values) > 1 else "entry")
        axis.set_ylabel("first axis" if len(values) > 1 else "")
        axis.set_yticks([] if len(values) == 1 else np.unique(np.linspace(0, len(values) - 1, 5).astype(int)))
        made.colorbar(image, ax=axis, fraction=0.05)
        if not entry.passed(report.tolerance):
            flat = int(np.ravel_multi_index(entry.at, np.shape(entry.gradients[0]))) if entry.at else 0
            y, x = divmod(flat, values.shape[1])
            axis.plot([x - 0.5, x + 0.5, x + 0.5, x - 0.5, x - 0.5], [y - 0.5, y - 0.5, y + 0.5, y + 0.5, y - 0.5],
                      color="black", linewidth=1.5)


def against_step(axis, entry, report):
    steps, errors = entry.by_step()
    shown = np.isfinite(errors) & (errors > 0)
    axis.loglog(steps[shown], errors[shown], ".-", color=BLUE, label="one step")
    axis.axhline(report.tolerance, color=ORANGE, linestyle="--", label="tolerance")
    axis.set_title(f"{entry.name}: at {tuple(map(int, entry.at))}", fontsize=10)
    axis.set_xlabel("step (log scale)")
    axis.set_ylabel("relative error (log scale)")
    axis.invert_xaxis()
    axis.grid(alpha=0.3)
    axis.legend(fontsize=8)
