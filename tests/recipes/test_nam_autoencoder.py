"""nam-autoencoder: both methods over trials, phases by epochs, what is reported, and going on where it stopped."""
import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import load_file

from nanoae import load_run
from nanoae.cli import main
from nanoae.data import load
from nanoae.optim import NAM
from nanoae.recipes.nam_autoencoder import recipe
from nanoae.recipes.nam_autoencoder.figures import phase_of, points, seconds_figures, sweep_figures
from nanoae.recipes.nam_autoencoder.recipe import SWEEP
from nanoae.trials import Run
from tests.kill_harness import same_results

PLAIN = ["--data", "embedded", "--epochs", "4", "--set", "trials=2"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    out = tmp_path_factory.mktemp("nam") / "run"
    assert main(["run", "nam-autoencoder", *PLAIN, "--out", str(out)]) == 0
    return out


def history(out):
    """The lines of all cells, each with its method and trial."""
    lines = []
    for method in recipe.titles:
        for trial in (0, 1):
            text = (out / "cells" / f"{method}-trial-{trial}" / "history.jsonl").read_text()
            lines += [json.loads(line) | {"method": method, "trial": trial} for line in text.splitlines()]
    return lines


def test_it_reports_both_methods_over_trials(finished):
    summary = json.loads((finished / "summary.json").read_text())
    metrics, lines = summary["metrics"], history(finished)
    assert {(line["method"], line["trial"]) for line in lines} == {(m, t) for m in recipe.titles for t in (0, 1)}
    for method in recipe.titles:
        last = [line for line in lines if line["method"] == method and line["epoch"] == 4]
        assert sorted(metrics[f"{method}_test_loss_values"]) == sorted(line["test_loss"] for line in last)
        assert metrics[f"{method}_test_loss"] == pytest.approx(np.mean([line["test_loss"] for line in last]))
        assert metrics[f"{method}_code_l1_low"] < metrics[f"{method}_code_l1"] < metrics[f"{method}_code_l1_high"]
    assert metrics["joint_weights_per_epoch"] == lines[0]["steps"] * 47355
    assert metrics["nam_weights_per_epoch"] == lines[0]["steps"] * 47355 / 2
    assert summary["test_loss"] == metrics["nam_test_loss"]
    joint = np.median([line["seconds"] for line in lines if line["method"] == "joint"])
    for name, first in (("decoder", 1), ("encoder", 0)):
        seconds = [line["seconds"] for line in lines if line["method"] == "nam" and line["epoch"] % 2 == first]
        assert metrics[f"{name}_over_joint_epoch_seconds"] == pytest.approx(np.median(seconds) / joint)
    images = load("embedded", embedded="photographs", shape=(3, 32, 32)).test
    assert metrics["images_l1"] == pytest.approx(np.mean(np.sum(images / 255, axis=(1, 2, 3))), rel=1e-6)
    assert {"curves.png", "seconds.png", "reconstructions.png"} <= {file.name for file in finished.iterdir()}


def test_the_network_of_the_run_is_nam_s_and_its_codes_are_those_reported(finished):
    run = load_run(finished)
    images = load("embedded", embedded="photographs", shape=(3, 32, 32)).test
    codes = run.encode(images)
    assert codes.shape == (len(images), 48, 4, 4)
    last = [line for line in history(finished) if (line["method"], line["trial"]) == ("nam", 0)][-1]
    assert np.mean(np.sum(np.abs(codes), axis=(1, 2, 3))) == pytest.approx(last["code_l1"], rel=1e-4)


def test_an_epoch_moves_one_block(tmp_path):
    nets = []
    for epochs in ("1", "2"):
        out = tmp_path / epochs
        assert main(["run", "nam-autoencoder", "--data", "embedded", "--epochs", epochs, "--set", "trials=1",
                     "--out", str(out)]) == 0
        nets.append(load_file(out / "cells" / "nam" / "weights.safetensors"))
    for name, before in nets[0].items():
        assert np.array_equal(before, nets[1][name]) == name.startswith("decoder")


@pytest.mark.slow
def test_it_goes_on_with_the_same_bits(finished, tmp_path, monkeypatch):
    out, steps = tmp_path / "run", 0
    original = NAM.step

    def stopped(self, evaluate):
        nonlocal steps
        steps += 1
        if steps == 30:
            raise KeyboardInterrupt
        return original(self, evaluate)

    monkeypatch.setattr(NAM, "step", stopped)
    assert main(["run", "nam-autoencoder", *PLAIN, "--out", str(out)]) != 0
    monkeypatch.undo()
    assert main(["run", "nam-autoencoder", *PLAIN, "--out", str(out), "--resume"]) == 0
    assert same_results(finished, out)


def test_kept_codes_go_on_with_the_same_bits():
    settings = recipe.Settings(epochs=4, decoder_epochs=2, trials=1, backend="numpy")
    data = load("embedded", embedded="photographs", shape=(3, 32, 32))
    few = replace(data, train=data.train[:300], test=data.test[:20])

    def made():
        fit = recipe.fit(settings, few, "nam")
        assert fit.kept is not None
        return fit

    whole, first, second = made(), made(), made()
    whole.run()
    saved = []

    def after_step():
        if first.position.step == 5:    # in the second of the decoder's epochs
            saved.extend([first.tensors(), json.loads(json.dumps(first.state()))])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.run(after_step=after_step)
    second.load(*saved)
    second.run()
    assert np.array_equal(whole.net.theta, second.net.theta)


def test_pictures_can_be_drawn_of_an_unfinished_run(finished, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(finished, copy)
    shutil.rmtree(copy / "cells" / "nam-trial-1")
    cut = copy / "cells" / "nam-trial-0"
    (cut / "summary.json").unlink()
    (cut / "history.jsonl").write_text("".join((cut / "history.jsonl").read_text().splitlines(keepends=True)[:2]))
    assert main(["report", str(copy)]) == 0
    out = capsys.readouterr().out
    assert "seed 0: 2 of 4 trainings finished" in out
    assert "\njoint, trial 2\n" in out
    assert main(["report", str(finished)]) == 0


def test_one_epoch_reports_what_it_can(tmp_path, capsys):
    assert main(["run", "nam-autoencoder", "--data", "embedded", "--epochs", "1", "--set", "trials=1", "--out",
                 str(tmp_path / "run"), "--json"]) == 0
    text = capsys.readouterr().out
    assert "NaN" not in text
    assert json.loads(text)["metrics"]["encoder_over_joint_epoch_seconds"] is None


def test_phases_by_epoch():
    assert [phase_of((2, 1), epoch) for epoch in (1, 2, 3, 4, 6)] == [
        ("decoder", 0), ("decoder", 1), ("encoder", 0), ("decoder", 0), ("encoder", 0)]


@pytest.mark.slow
def test_a_sweep_reports_the_trade_off_and_where_a_method_collapses(tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["run", "nam-autoencoder", "--data", "embedded", "--epochs", "2", "--set", "sweep=true",
                 "sweep_trials=1", "decoder_epochs=1", "--out", str(out), "--json"]) == 0
    metrics = json.loads(capsys.readouterr().out)["metrics"]
    assert {f"{m}_{p:g}_{figure}" for m in recipe.titles for p in SWEEP for figure in ("test_loss", "code_l1")
            } <= metrics.keys()
    assert (out / "sweep.png").exists()
    assert metrics["joint_0.001_code_l1"] < metrics["joint_1e-08_code_l1"]


def test_a_failed_cell_is_left_out_and_its_trial_is_paired_with_none(finished, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(finished, copy)
    (copy / "cells" / "joint-trial-0" / "summary.json").unlink()    # as where it failed in the middle
    whole, found = (recipe.figures(Run(path, recipe)) for path in (finished, copy))
    assert found["joint_test_loss"] == whole["joint_test_loss_values"][1]
    assert found["nam_test_loss_values"] == whole["nam_test_loss_values"]
    assert found["code_l1_ratio"] == whole["code_l1_ratio_values"][1]


def test_seconds_are_shares_of_joint_s_epochs():
    def lines(seconds, losses):
        return [{"epoch": k + 1, "seconds": s, "test_loss": loss} for k, (s, loss) in
                enumerate(zip(seconds, losses, strict=True))]

    histories = {"joint": [lines([10.0] * 4, [8.0, 4.0, 2.0, 1.0])], "nam": [lines([7.0, 5.0, 5.0, 8.0], [4.0] * 4)]}
    pairs = [(histories["joint"][0], histories["nam"][0])]
    found = seconds_figures(recipe.Settings(decoder_epochs=3), histories, pairs)
    assert found["decoder_over_joint_epoch_seconds"] == found["later_decoder_over_joint_epoch_seconds"] == 0.5
    assert found["encoder_over_joint_epoch_seconds"] == 0.8
    assert found["nam_over_joint_epoch_seconds"] == pytest.approx((3 * 0.5 + 0.8) / 4)
    assert found["joint_test_loss_at_nam_seconds"] == pytest.approx(3.0)    # 25 seconds, between two epochs


def test_the_trade_off_is_read_at_the_papers_code_sizes():
    def trial(penalty, code, loss):
        return SimpleNamespace(settings=recipe.Settings(penalty=penalty),
                               history=[{"code_l1": code, "test_loss": loss}])

    trials = [trial(1e-8, 10.0, 0.01), trial(1e-8, 10.0, 0.03), trial(1e-6, 0.1, 0.04), trial(1e-4, 0.0, 0.1)]
    assert points(trials)[0] == (1e-8, 10.0, 0.02)
    found = sweep_figures({"nam": trials}, 0.1)
    assert found["nam_collapses_from_penalty"] == 1e-4
    assert "nam_test_loss_at_papers_nam_code_l1" in found
    alone = sweep_figures({"joint": [trial(1e-8, 10.0, 0.02), trial(1e-7, 1e-9, 0.1)]}, 0.1)
    assert "joint_test_loss_at_papers_joint_code_l1" not in alone    # nothing between a network and a collapsed one
    share = np.log(3.59 / 0.1) / np.log(10 / 0.1)
    assert found["nam_test_loss_at_papers_joint_code_l1"] == pytest.approx(0.04 * (0.02 / 0.04) ** share)


@pytest.mark.parametrize(("pair", "message"), [
    ("penalty=-1", "penalty is at least 0"), ("decoder_epochs=0", "decoder_epochs is at least 1"),
    ("trials=0", "trials is at least 1"), ("decoder_lr=-0.1", "decoder_lr is at least 0")])
def test_bad_settings_are_refused_before_training(pair, message, tmp_path, capsys):
    assert main(["run", "nam-autoencoder", "--set", pair, "--out", str(tmp_path / "run")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
