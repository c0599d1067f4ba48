"""The pictures of nam-autoencoder: losses by epoch and by seconds with the phases in their colours, and the sweep."""
import numpy as np

from ...data import scaled
from ...pictures import curves_with_bands, image_rows, trade_off
from ...pictures.bands import CURVES
from .figures import phase_of, points, seconds_and_losses, trial_of

NO_CODE = 1e-3    # mean l1 below which there is no code to speak of


def pictures(run):
    """curves.png, seconds.png and reconstructions.png; sweep.png where the penalty was swept."""
    s, titles = run.settings, run.recipe.titles
    spans = s.decoder_epochs, s.encoder_epochs
    cells = {method: [cell for cell in run.of(method) if cell.settings.penalty == s.penalty] for method in run.trained}
    histories = {method: [cell.history for cell in trials] for method, trials in cells.items()}
    kept = s.keep_codes and s.decoder_epochs > 1
    loss = "mean squared error + penalty" + (", without it in decoder's epochs" if kept else "")

    def epochs(lines):
        return [line["epoch"] for line in lines]

    def seconds(lines):
        return seconds_and_losses(lines)[0]

    heading = f"{run.title}: mean and 95% interval over trials"
    yield "curves.png", curves_with_bands(
        heading, {"training": by_phase(spans, titles, histories, "train_loss", epochs)}, "epoch", loss)
    yield "seconds.png", curves_with_bands(
        heading, {"training": by_phase(spans, titles, histories, "train_loss", seconds),
                  "test, without the penalty": by_phase(spans, titles, histories, "test_loss", seconds)},
        "seconds of training", "mean squared error" if kept else loss)
    images, trial = run.samples["images"], median_trial(cells)
    rows = {"original": scaled(images)} | {titles[method]: cell.reconstruct(images) for method, trials in cells.items()
                                           for cell in trials if trial_of(cell) == trial}
    yield "reconstructions.png", image_rows(
        f"{run.title}: test images and reconstructions of trial {trial + 1}, the median by test loss", rows, run.credit)
    if s.sweep:
        yield "sweep.png", sweep(run)


def median_trial(cells):
    """The trial whose last test loss is the middle one, of NAM where it was trained."""
    ends = sorted((cell.history[-1]["test_loss"], trial_of(cell)) for cell in cells.get("nam") or cells["joint"])
    return ends[(len(ends) - 1) // 2][1]


def by_phase(spans, titles, histories, key, places):
    """[(label, style, x, values (trials, points))]: the joint method, and runs of NAM's epochs by their phase."""
    drawn = []
    for method, trials in histories.items():
        whole = max(map(len, trials), default=0)    # a run that goes on has shorter ones
        trials = [history for history in trials if len(history) == whole]
        if not trials:
            continue
        x, values = np.mean([places(history) for history in trials], axis=0), np.array(
            [[line[key] for line in history] for history in trials])
        if method == "joint":
            drawn.append((titles[method], CURVES["green"], x, values))
            continue
        phases = [phase_of(spans, epoch)[0] for epoch in range(1, len(x) + 1)]
        for k, phase in enumerate(phases):
            run = slice(max(0, k - 1), k + 1)    # joined to the epoch before
            drawn.append((f"NAM, {phase}'s epochs", CURVES["blue" if phase == "decoder" else "red"], x[run],
                          values[:, run]))
    return drawn


def sweep(run):
    """Test loss against code l1, a point a penalty and trial; codes that are all but 0 have no place."""
    methods = {}
    for (method, label), colour in zip(run.recipe.titles.items(), ("green", "blue"), strict=True):
        trials = [(cell.history[-1]["code_l1"], cell.history[-1]["test_loss"]) for cell in run.of(method)]
        means = [(code, loss) for _, code, loss in points(run.of(method))]
        drawn = [[pair for pair in pairs if pair[0] > NO_CODE] for pairs in (trials, means)]
        gone = len(means) - len(drawn[1])
        if drawn[1]:
            label += f" (codes 0 at {gone} of {len(means)} penalties)" if gone else ""
            methods[label] = (CURVES[colour], *drawn)
    return trade_off(f"{run.title}\nmeans over trials for each penalty, joined; trials, faint", methods,
                     "mean l1 of a test image's code", "test mean squared error")
