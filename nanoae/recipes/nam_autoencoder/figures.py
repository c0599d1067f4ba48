"""What nam-autoencoder reports: losses, code sizes, seconds of each phase, the trade-off over penalties."""
import statistics

import numpy as np

from ...data import Batches, scaled
from ...trials import interval_figures

PAPERS_CODES = {"joint": 3.59, "nam": 0.55}    # mean l1 of a test image's code


def figures(run):
    """METHOD_test_loss, METHOD_code_l1 and their intervals over trials, ratios of seconds and of code sizes."""
    data, s = run.data, run.settings
    found = {"images_l1": float(np.mean(np.sum(scaled(data.test, np.float32), axis=(1, 2, 3), dtype=np.float64))),
             "mean_image_loss": mean_image_loss(data)}
    if s.sweep:
        return found | sweep_figures({method: run.finished(method) for method in run.trained}, found["mean_image_loss"])
    histories = {method: [cell.history for cell in run.finished(method)] for method in run.trained}
    for method, trials in histories.items():
        found |= interval_figures(f"{method}_test_loss", [history[-1]["test_loss"] for history in trials])
        found |= interval_figures(f"{method}_code_l1", [history[-1]["code_l1"] for history in trials])
        found[f"{method}_epoch_seconds"] = median_seconds(trials)
        turns = blocks(s, run.trained[method].net, method)
        found[f"{method}_weights_per_epoch"] = trials[0][0]["steps"] * sum(
            part.theta.size * epochs for part, epochs in turns) / sum(epochs for _, epochs in turns)
    if len(histories) == 2:
        pairs = by_trial(run.finished("joint"), run.finished("nam"))
        if pairs:
            found |= interval_figures("code_l1_ratio", [joint[-1]["code_l1"] / max(nam[-1]["code_l1"], 1e-12)
                                                        for joint, nam in pairs])
        found |= seconds_figures(s, histories, pairs)
    return found


def trial_of(cell):
    """The number of a cell's trial, from 0; a run of one trial does not label it."""
    return cell.labels.get("trial", 0)


def by_trial(first, second):
    """[(history, history)] of the trials that both methods finished."""
    others = {trial_of(cell): cell.history for cell in second}
    return [(cell.history, others[trial_of(cell)]) for cell in first if trial_of(cell) in others]


def blocks(s, net, method):
    """[(part, epochs in a row)] of what a method moves."""
    if method == "joint":
        return [(net, 1)]
    return [(net["decoder"], s.decoder_epochs), (net["encoder"], s.encoder_epochs)]


def phase_of(spans, epoch):
    """(decoder or encoder, how many epochs of this phase came before) of a NAM epoch, from 1; spans: epochs in a row
    of the decoder, of the encoder."""
    at = (epoch - 1) % sum(spans)
    return ("decoder", at) if at < spans[0] else ("encoder", at - spans[0])


def median_seconds(trials, wanted=lambda epoch: True):
    """Of an epoch of training, over all trials and the wanted epochs; None where there are none."""
    seconds = [line["seconds"] for history in trials for line in history if wanted(line["epoch"])]
    return statistics.median(seconds) if seconds else None


def seconds_figures(settings, histories, pairs):
    """Medians of an epoch's seconds by phase, as shares of the joint method's, and test losses at equal seconds, by
    pairs (joint, NAM) of a trial's histories."""
    def over_joint(wanted):
        seconds = median_seconds(histories["nam"], wanted)
        return seconds and seconds / median_seconds(histories["joint"])

    spans = settings.decoder_epochs, settings.encoder_epochs
    found = {f"{phase}_over_joint_epoch_seconds": over_joint(lambda epoch, p=phase: phase_of(spans, epoch)[0] == p)
             for phase in ("decoder", "encoder")}
    if spans[0] > 1:
        later = [("decoder", k) for k in range(1, spans[0])]
        found["later_decoder_over_joint_epoch_seconds"] = over_joint(lambda epoch: phase_of(spans, epoch) in later)
    shares = found["decoder_over_joint_epoch_seconds"], found["encoder_over_joint_epoch_seconds"]
    found["nam_over_joint_epoch_seconds"] = None if None in shares else (
        shares[0] * spans[0] + shares[1] * spans[1]) / sum(spans)
    at_end = [loss_at(joint, seconds_and_losses(nam)[0][-1]) for joint, nam in pairs]
    return found if None in at_end or not at_end else found | interval_figures("joint_test_loss_at_nam_seconds", at_end)


def loss_at(history, seconds):
    """Test loss after so many seconds of training, between epochs; None before the first or after the last."""
    spent, losses = seconds_and_losses(history)
    return float(np.interp(seconds, spent, losses)) if spent[0] <= seconds <= spent[-1] else None


def seconds_and_losses(history):
    """(seconds of training so far, test loss) after each epoch."""
    return np.cumsum([line["seconds"] for line in history]), [line["test_loss"] for line in history]


def code_l1(net, images):
    """Mean over images of the sum of |code|."""
    encoder = net["encoder"]
    cache = encoder.make_cache(500)
    return float(sum(np.sum(np.abs(encoder.forward(x, cache)[0]), dtype=np.float64)
                     for x, _ in Batches(images, 500, net.dtype).in_order()) / len(images))


def mean_image_loss(data):
    """Mean squared error on the test images of the training images' mean: what a collapsed network reaches."""
    mean = np.mean(data.train, axis=0, dtype=np.float64) / 255
    return float(np.mean((data.test / 255 - mean) ** 2))


def points(cells):
    """[(penalty, mean code l1, mean test loss)] of a method's cells, by penalty."""
    found: dict = {}
    for cell in cells:
        found.setdefault(cell.settings.penalty, []).append((cell.history[-1]["code_l1"], cell.history[-1]["test_loss"]))
    return [(penalty, *np.mean(values, axis=0).tolist()) for penalty, values in sorted(found.items())]


def sweep_figures(cells, collapsed):
    """METHOD_PENALTY_test_loss and _code_l1; the loss at the paper's code sizes; from which penalty on a method
    collapses, that is, does no better than the mean image."""
    found: dict = {}
    for method, trials in cells.items():
        rows = points(trials)
        for penalty, code, loss in rows:
            found |= {f"{method}_{penalty:g}_test_loss": loss, f"{method}_{penalty:g}_code_l1": code}
        found[f"{method}_collapses_from_penalty"] = next(
            (penalty for penalty, _, loss in rows if loss > 0.95 * collapsed), None)
        curve = sorted((code, loss) for _, code, loss in rows if loss <= 0.95 * collapsed)
        for paper, size in PAPERS_CODES.items():
            if len(curve) > 1 and curve[0][0] <= size <= curve[-1][0]:
                found[f"{method}_test_loss_at_papers_{paper}_code_l1"] = float(np.exp(np.interp(
                    np.log(size), *np.log(np.array(curve).T))))
    return found
