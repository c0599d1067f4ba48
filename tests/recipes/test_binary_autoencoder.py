"""binary-autoencoder: hard bits in every test, what is reported of them, and going on where it stopped."""
import json
from itertools import pairwise

import numpy as np
import pytest
from safetensors.numpy import load_file

from nanoae import load_run
from nanoae.cli import main
from nanoae.data import Batches, load
from nanoae.losses import mse
from nanoae.recipes.binary_autoencoder import recipe
from nanoae.recipes.binary_autoencoder.figures import bits_of, hard_loss, neighbour_agreement, share_used
from nanoae.training import NonFiniteLoss

VARIANTS = ("subgradient", "smooth-step", "relaxed-codes")
RUN = ["--data", "half-images", "--epochs", "8", "--set", "bits=16", "batch_size=40"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    out = tmp_path_factory.mktemp("binary") / "run"
    assert main(["run", "binary-autoencoder", *RUN, "--out", str(out)]) == 0
    return out


def fit(method, **given):
    settings = recipe.Settings(**{"epochs": 8, "bits": 16, "batch_size": 40} | given)
    recipe.check(settings)
    return recipe.fit(settings, load("half-images"), method)


def test_all_variants_and_the_rival_are_reported(finished):
    summary = json.loads((finished / "summary.json").read_text())
    metrics = summary["metrics"]
    for method in VARIANTS:
        net = load_run(finished, method).net
        assert metrics[f"{method}_bits_used"] == share_used(bits_of(net, load("half-images").test / 255))
        assert summary["test_loss"] <= metrics[f"{method}_test_loss"]
    assert summary["test_loss"] == min(metrics[f"{method}_test_loss"] for method in VARIANTS)
    assert metrics["continuous_test_loss"] > 0
    assert 0.5 <= metrics["relaxed-codes_bit_accuracy"] <= 1
    table = (finished / "variants.md").read_text()
    assert all(f"{metrics[f'{method}_test_loss']:.4f}" in table for method in VARIANTS)
    assert {"losses.png", "reconstructions.png"} <= {file.name for file in finished.iterdir()}
    assert main(["report", str(finished)]) == 0


@pytest.mark.parametrize("method", VARIANTS)
def test_tests_are_made_with_hard_bits(method):
    one = fit(method)
    one.run()
    bits = bits_of(one.net, one.test_batches.images / 255)
    assert set(np.unique(bits)) <= {0, 1}
    y, _ = one.net["decoder"].forward(bits)
    right = np.mean((y - one.test_batches.images / 255) ** 2)
    assert one.history[-1]["test_loss"] == pytest.approx(right, rel=1e-5)
    assert hard_loss(one.net, mse, one.test_batches) == one.history[-1]["test_loss"]


def test_every_variant_learns_the_two_halves():
    """Untrained outputs are near 0.5; the two mean greys, 0.8 and 0.2, leave the noise of the pixels, 0.0133."""
    for method in VARIANTS:
        one = fit(method, epochs=120)
        one.run()
        assert one.history[-1]["test_loss"] < 0.02, method


def test_the_width_falls_by_the_same_factor_and_is_kept_with_the_network():
    one = fit("smooth-step", epochs=5)
    widths = []
    one.run(after_epoch=lambda line: widths.append(float(one.net["encoder"][-1].eps[0])))
    assert widths == pytest.approx([4, 2, 1, 0.5, 0.25])
    assert any(name.endswith("eps") for name in one.tensors())


def test_relaxed_codes_go_through_their_stages():
    one = fit("relaxed-codes", epochs=8)
    moved = []

    def snapshot():
        return {"codes": one.fit.codes.copy(), "encoder": one.net["encoder"].theta.copy(),
                "decoder": one.net["decoder"].theta.copy()}

    before = snapshot()

    def after_epoch(line):
        nonlocal before
        now = snapshot()
        moved.append({name for name in now if not np.array_equal(now[name], before[name])})
        before = now

    one.run(after_epoch=after_epoch)
    assert moved == [{"codes", "decoder"}] * 4 + [{"encoder"}] * 2 + [{"decoder"}] * 2


def test_the_codes_step_descends_the_penalised_error_and_makes_zeros():
    one = fit("relaxed-codes", penalty=0.001).fit
    batch = next(Batches(one.batches.images, 40, np.float32).in_order())
    x = batch.x

    def objective():
        y, _ = one.net["decoder"].forward(one.codes[x.index])
        errors = np.sum((y - np.asarray(x)) ** 2)
        return errors + one.penalty * one.pixels * len(x) * np.sum(np.abs(one.codes[x.index]))

    one.fit_decoder = lambda *_: None
    values = [objective()]
    for _ in range(30):
        one.step(batch)
        values.append(objective())
    assert all(later <= earlier for earlier, later in pairwise(values))
    assert np.mean(one.codes[x.index] == 0) > 0.1


@pytest.mark.parametrize("method", ["relaxed-codes", "subgradient", "smooth-step"])
def test_a_fit_goes_on_with_the_same_bits(method):
    whole, first, second = fit(method), fit(method), fit(method)
    whole.run()
    saved = {}

    class Stop(Exception):
        pass

    def after_step():
        if first.position.step == 17:
            saved["tensors"], saved["state"] = first.tensors(), json.loads(json.dumps(first.state()))
            raise Stop

    with pytest.raises(Stop):
        first.run(after_step=after_step)
    second.compare(saved["tensors"], saved["state"])
    second.load(saved["tensors"], saved["state"])
    second.run()
    assert whole.tensors().keys() == second.tensors().keys()
    for name, value in whole.tensors().items():
        assert np.array_equal(value, second.tensors()[name]), name


def test_a_finished_run_holds_its_codes(finished):
    tensors = load_file(finished / "cells" / "relaxed-codes" / "checkpoint.safetensors")
    assert tensors["codes"].shape == (100, 16)


def test_shares_and_neighbours():
    bits = np.array([[0, 1, 1, 0], [0, 1, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]], np.float32)
    assert share_used(bits) == 0.5
    assert neighbour_agreement(bits, np.array([1, 2, 1, 2])) == 1.0
    assert neighbour_agreement(bits, np.array([1, 1, 2, 2])) == 0.0


def test_the_encoder_is_fitted_to_the_steps_of_the_codes():
    stages = fit("relaxed-codes")
    stages.begin(1)
    one = stages.fit
    one.codes *= 30    # some beyond 1, some within
    batch = next(Batches(one.batches.images, 40, np.float32).in_order())
    x = batch.x
    z = one.net["encoder"]["logits"].forward(x)[0].astype(np.float64)
    bits = one.codes[x.index] > 0
    expected = np.mean(np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0) - bits * z)
    assert float(one.step(batch)) == pytest.approx(expected, rel=1e-5)
    right = [np.mean((one.encoder.forward(batch)[0] > 0.5) == (one.codes[batch.index] > 0))
             for batch, _ in Batches(one.batches.images, 100, np.float32).in_order()]
    assert one.bit_accuracy() == pytest.approx(np.mean(right))


def test_relaxed_codes_that_diverge_say_so():
    said = r"a gradient is nan or infinite at epoch 1, step \d+ .*, in stage 1"
    with pytest.raises(NonFiniteLoss, match=said), np.errstate(all="ignore"):
        fit("relaxed-codes", lr=1e30, code_step=1e30).run()


@pytest.mark.parametrize(("pairs", "message"), [
    (["methods=hard"], "methods is one of"), (["bits=0"], "bits is at least 1"), (["step=0"], "step is above 0"),
    (["epochs=2"], "at least 3 epochs"), (["penalty=-1"], "penalty is at least 0")])
def test_bad_settings_are_refused_before_training(pairs, message, tmp_path, capsys):
    assert main(["run", "binary-autoencoder", "--set", *pairs, "--out", str(tmp_path / "run")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
