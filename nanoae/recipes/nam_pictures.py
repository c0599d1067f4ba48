"""The pictures of nam-autoencoder: losses by epoch and by seconds with the phases in their colours, and the sweep."""
import numpy as np

from ..data import scaled
from ..training import plots, reconstructions
from ..training.bands import CURVES, curves_with_bands, trade_off
from .nam_figures import by_method, phase_of, points, seconds_and_losses

TITLES = {"joint": "joint Adam", "nam": "NAM"}
NO_CODE = 1e-3    # mean l1 below which there is no code to speak of


def draw_pictures(path, config, trained, samples):
    """curves.png, seconds.png and reconstructions.png; sweep.png where the penalty was swept; returns their names."""
    spans = config["decoder_epochs"], config["encoder_epochs"]
    title = f"{config['recipe']} on {config['data_name']}"
    everything = by_method([history for _, history in trained.values()])
    histories = {method: [history for history in trials if history[0]["penalty"] == config["penalty"]]
                 for method, trials in everything.items()}
    kept = config["keep_codes"] and config["decoder_epochs"] > 1
    loss = "mean squared error + penalty" + (", without it in decoder's epochs" if kept else "")

    def epochs(lines):
        return [line["epoch"] for line in lines]

    def seconds(lines):
        return seconds_and_losses(lines)[0]

    curves_with_bands(path / "curves.png", f"{title}: mean and 95% interval over trials",
                      {"training": by_phase(spans, histories, "train_loss", epochs)}, "epoch", loss)
    curves_with_bands(path / "seconds.png", f"{title}: mean and 95% interval over trials",
                      {"training": by_phase(spans, histories, "train_loss", seconds),
                       "test, without the penalty": by_phase(spans, histories, "test_loss", seconds)},
                      "seconds of training", "mean squared error" if kept else loss)
    rows, trial = {"original": scaled(samples["images"])}, median_trial(config, trained)
    for method, name in TITLES.items():
        for net, history in trained.values():
            if is_of(config, history, method, trial):
                rows[name] = reconstructions(net, samples["images"])
    shown = "" if trial is None else f" and reconstructions of trial {trial + 1}, the median by test loss"
    plots.image_rows(path / "reconstructions.png", f"{title}: test images{shown}", rows, config["credit"])
    if not config["sweep"]:
        return ["curves.png", "seconds.png", "reconstructions.png"]
    draw_sweep(path, title, everything)
    return ["curves.png", "seconds.png", "reconstructions.png", "sweep.png"]


def is_of(config, history, method, trial):
    """Is this the history of a method's trial at the penalty of the settings?"""
    return bool(history) and all(history[0][name] == value for name, value in (
        ("method", method), ("trial", trial), ("penalty", config["penalty"])))


def median_trial(config, trained):
    """The trial whose last test loss is the middle one, of NAM where it was trained; None before any epoch."""
    for method in ("nam", "joint"):
        ends = sorted((history[-1]["test_loss"], history[0]["trial"]) for _, history in trained.values()
                      if history and history[0]["method"] == method and history[0]["penalty"] == config["penalty"])
        if ends:
            return ends[(len(ends) - 1) // 2][1]
    return None


def by_phase(spans, histories, key, places):
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
            drawn.append((TITLES[method], CURVES["green"], x, values))
            continue
        phases = [phase_of(spans, epoch)[0] for epoch in range(1, len(x) + 1)]
        for k, phase in enumerate(phases):
            run = slice(max(0, k - 1), k + 1)    # joined to the epoch before
            drawn.append((f"NAM, {phase}'s epochs", CURVES["blue" if phase == "decoder" else "red"], x[run],
                          values[:, run]))
    return drawn


def draw_sweep(path, title, histories):
    """sweep.png: test loss against code l1, a point a penalty and trial; codes that are all but 0 have no place."""
    methods = {}
    for (method, label), colour in zip(TITLES.items(), ("green", "blue"), strict=True):
        trials = [(lines[-1]["code_l1"], lines[-1]["test_loss"]) for lines in histories.get(method, [])]
        means = [(code, loss) for _, code, loss in points(histories.get(method, []))]
        drawn = [[pair for pair in pairs if pair[0] > NO_CODE] for pairs in (trials, means)]
        gone = len(means) - len(drawn[1])
        if drawn[1]:
            label += f" (codes 0 at {gone} of {len(means)} penalties)" if gone else ""
            methods[label] = (CURVES[colour], *drawn)
    trade_off(path / "sweep.png", f"{title}\nmeans over trials for each penalty, joined; trials, faint", methods,
              "mean l1 of a test image's code", "test mean squared error")
