"""Paper 1's autoencoder: its architecture, both methods from the same weights, and a run that can be taken up."""
import json

import numpy as np
import pytest

from nanoae import load_run
from nanoae.cli import main
from nanoae.models import frame_autoencoder
from nanoae.recipes.given import settings_from
from nanoae.recipes.lookahead_autoencoder import below_from, recipe
from tests.data.test_sets import write_frames

Settings = recipe.Settings


def test_the_paper_s_architecture_and_defaults():
    net = frame_autoencoder().build((3, 64, 64), "float32", "numpy", np.random.default_rng(0))
    shapes = [layer.out_shape for layer in net.leaves if layer.parameters]
    assert shapes == [(32, 32, 32), (64, 16, 16), (128, 8, 8), (256, 4, 4), (128, 8, 8), (64, 16, 16), (32, 32, 32),
                      (3, 64, 64)]
    assert [layer.kernel for layer in net.leaves if layer.parameters] == [(3, 3)] * 4 + [(4, 4)] * 4
    settings = Settings()
    assert (settings.epochs, settings.batch_size, settings.methods) == (50, 64, "all")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lookahead")
    patch = pytest.MonkeyPatch()
    patch.setenv("NANOAE_CACHE", str(folder / "cache"))
    data = write_frames(folder / "frames-bbb-clip", [0] * 30)
    outcome = recipe.run(Settings(data=str(data), epochs=2, batch_size=4, backend="numpy",
                                                 out=str(folder / "out")))
    yield outcome
    patch.undo()


def test_both_methods_and_their_pictures(finished):
    path, summary = finished
    assert {"curves.png", "reconstructions.png", "summary.json", "config.json", "cells"} <= {
        file.name for file in path.iterdir()}
    lines = [json.loads(line) for method in ("adam", "lookahead") for line in
             (path / "cells" / method / "history.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 1, 2]
    metrics = summary["metrics"]
    assert summary["test_loss"] == metrics["lookahead_test_loss"] == lines[-1]["test_loss"]
    assert metrics["adam_train_loss"] == lines[1]["train_loss"]
    assert metrics["lookahead_over_adam_train_loss"] == metrics["lookahead_train_loss"] / metrics["adam_train_loss"]


def test_from_which_step_on_it_is_below():
    def history(losses):
        return [{"loss": loss, "steps": 5 * (k + 1)} for k, loss in enumerate(losses)]

    falling, flat = history([4, 3, 2, 1, 0.5]), history([2.5] * 5)
    assert below_from(falling, flat, "loss") == 15
    assert below_from(flat, falling, "loss") is None    # below at first, above in the end
    assert below_from(history([1] * 5), flat, "loss") == 5
    noisy = history([4.0] * 40 + [1.0] * 60)    # windows of five epochs: the mean is below once three are
    assert below_from(noisy, history([2.5] * 100), "loss") == 5 * 43


def test_both_methods_see_the_same_batches_from_the_same_weights(finished):
    """Until Lookahead's first synchronisation, at its fifth step, the losses are the same."""
    runs = {method: load_run(finished[0], method) for method in ("adam", "lookahead")}
    assert runs["adam"].history[0]["steps"] == 4
    assert runs["adam"].history[0]["train_loss"] == runs["lookahead"].history[0]["train_loss"]
    assert not np.array_equal(runs["adam"].net.theta, runs["lookahead"].net.theta)
    assert np.array_equal(load_run(finished[0]).net.theta, runs["lookahead"].net.theta)    # the proposed method


def test_report_and_reconstruct_know_both_methods(finished, tmp_path, capsys):
    path = str(finished[0])
    assert main(["report", path]) == 0
    out = capsys.readouterr().out
    assert "\nadam\n" in out
    assert "\nlookahead\n" in out
    np.save(tmp_path / "frames.npy", np.zeros((2, 3, 64, 64), np.uint8))
    for method in ("adam", "lookahead"):
        assert main(["reconstruct", path, str(tmp_path / "frames.npy"), "--out", str(tmp_path / method), "--method",
                     method]) == 0
    frames, codes = str(tmp_path / "frames.npy"), str(tmp_path / "codes")
    assert main(["encode", path, frames, "--out", codes, "--method", "sgd"]) == 1
    assert "there are: adam, lookahead" in capsys.readouterr().err


def test_a_single_method(tmp_path, monkeypatch):
    monkeypatch.setenv("NANOAE_CACHE", str(tmp_path / "cache"))
    data = write_frames(tmp_path / "frames", [0] * 20)
    path, summary = recipe.run(Settings(data=str(data), epochs=1, batch_size=4, backend="numpy",
                                  methods="adam", out=str(tmp_path / "out")))
    assert set(summary["metrics"]) == {"adam_train_loss", "adam_test_loss"}
    assert load_run(path).method == "adam"
    with pytest.raises(ValueError, match="built for 3 x 64 x 64"):
        recipe.run(Settings(data="digits"))
    with pytest.raises(ValueError, match="methods is one of all, adam, lookahead; got 'sgd'"):
        settings_from(recipe, ["methods=adam,sgd"])
    with pytest.raises(ValueError, match="takes no optimizer; --set methods= chooses among adam, lookahead"):
        settings_from(recipe, [], optimizer="sgd")
