"""The recipes of papers 2 and 5 on autoencoders: what each trains, measures, draws and refuses, on a small set."""
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from nanoae.cli import main
from nanoae.recipes import get_recipe
from nanoae.recipes.fashion_denoising import SPOILT, image_errors, spoilt
from nanoae.recipes.projections import pca, separability
from nanoae.sealed import read_json, sealed_json
from tests.recipes.small_set import assert_reported_alike, short_runs, write_digits

NEW = ("mnist-optimizers", "mnist-denoising", "mnist-classifier", "mnist-latent", "fashion-autoencoder",
       "fashion-folds", "fashion-denoising", "fashion-classifier", "fashion-latent")
SMALL = {"mnist-denoising": ["folds=2"], "mnist-latent": ["points=50"], "fashion-folds": ["folds=2"],
         "fashion-latent": ["points=50"], "fashion-denoising": ["methods=under_noise,under"]}
PICTURES = {
    "mnist-optimizers": {"losses"}, "mnist-denoising": {"losses", "denoised"},
    "mnist-classifier": {"losses", "accuracy", "frozen-confusion", "finetuned-confusion"},
    "mnist-latent": {"losses", *(f"latent_{k}-{what}" for k in (2, 48) for what in ("codes", "plane"))},
    "fashion-autoencoder": {"losses", "reconstructions"}, "fashion-folds": {"losses", "reconstructions"},
    "fashion-denoising": {"losses", "errors", "dark", "denoised"},
    "fashion-classifier": {"losses", "accuracy", "images-confusion", "codes-confusion"},
    "fashion-latent": {"losses", "reconstructions", "planes"},
}


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    return write_digits(tmp_path_factory.mktemp("set") / "digits")


@pytest.fixture(scope="module")
def runs(digits, tmp_path_factory):
    return short_runs(tmp_path_factory.mktemp("runs"), digits, SMALL)


LONG = {"mnist-latent", "fashion-latent", "fashion-denoising", "fashion-classifier"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name in LONG else ()) for name in NEW])
def test_a_run_measures_and_draws_what_it_promises_and_reports_the_same(runs, name):
    out = runs(name)
    summary = read_json(out / "summary.json")
    assert summary["failed"] == {}
    assert np.isfinite(summary["test_loss"])
    assert_reported_alike(out, PICTURES[name])


def test_folds_are_means_with_their_values(runs):
    for name in ("mnist-denoising", "fashion-folds"):
        summary = read_json(runs(name) / "summary.json")
        metrics = summary["metrics"]
        for kind in ("train_loss", "validation_loss", "test_loss"):
            assert len(metrics[f"{kind}_values"]) == 2
            assert metrics[kind] == pytest.approx(np.mean(metrics[f"{kind}_values"]))
            assert summary[kind] == metrics[kind]
        for fold in (0, 1):
            history = (runs(name) / "cells" / f"fold-{fold}" / "history.jsonl").read_text()
            assert history.count("validation_loss") == 2


def test_denoising_trains_against_clean_targets_with_noise_that_is_not_cut_off(digits):
    recipe = get_recipe("mnist-denoising")
    s = recipe.Settings(data=digits, backend="numpy")
    data = recipe.data(s)
    x, target = next(recipe.fit(s, data, "").batches.in_order())
    clean = np.asarray(target)
    assert x.min() < -1
    assert x.max() > 2
    assert np.std(x - clean) == pytest.approx(1, abs=0.02)
    assert np.array_equal(clean, data.train[:len(clean)] / np.float32(255))


def weights(out, cell):
    return load_file(out / "cells" / cell / "weights.safetensors")


def test_a_frozen_encoder_keeps_its_weights_and_a_finetuned_one_does_not(runs):
    out = runs("mnist-classifier")
    encoder, frozen, tuned = (weights(out, cell) for cell in ("encoder", "frozen", "finetuned"))
    kept = [name for name in frozen if f"encoder.{name}" in encoder]
    assert len(kept) == 10    # three convolutions, two Linears; of the last one the name alone is the same
    last = max(kept, key=lambda name: int(name.partition(".")[0])).partition(".")[0]
    for name in kept:
        if name.startswith(f"{last}."):
            assert frozen[name].shape[0] == 10
        else:
            assert np.array_equal(frozen[name], encoder[f"encoder.{name}"]), name
            assert not np.array_equal(tuned[name], encoder[f"encoder.{name}"]), name
    metrics = read_json(out / "summary.json")["metrics"]
    for method in ("frozen", "finetuned"):
        assert 0 <= metrics[f"{method}_test_accuracy"] <= 1
        assert metrics[f"{method}_validation_loss"] > 0
    assert read_json(out / "summary.json")["test_loss"] == metrics["finetuned_test_loss"]


@pytest.mark.slow
def test_the_encoder_of_codes_stands_still_with_its_statistics(runs):
    out = runs("fashion-classifier")
    encoder, codes = weights(out, "encoder"), weights(out, "codes")
    same = [name for name in encoder if name.startswith("encoder.")]
    assert any(name.endswith("running_mean") for name in same)
    for name in same:
        assert np.array_equal(codes[name], encoder[name]), name


def test_an_encoder_of_a_run_is_taken_and_others_are_refused(runs, digits, tmp_path, capsys):
    auto, classifier = runs("fashion-autoencoder"), ["run", "fashion-classifier", "--data", digits, "--epochs", "1",
                                                     "--backend", "numpy"]
    other, no_autoencoder = runs("mnist-optimizers"), runs("mnist-classifier")
    out = tmp_path / "taken"
    assert main([*classifier, "--set", f"encoder={auto}", "methods=codes", "--out", str(out)]) == 0
    assert not (out / "cells" / "encoder").exists()
    assert np.array_equal(weights(out, "codes")["encoder.0.W"], load_file(auto / "weights.safetensors")["encoder.0.W"])
    capsys.readouterr()
    assert main([*classifier, "--set", f"encoder={other}", "--out", str(tmp_path / "other")]) == 2
    error = capsys.readouterr().err
    assert "is a run of mnist-optimizers; fashion-classifier takes its encoder from one of fashion-autoencoder" in error
    assert len(error.splitlines()) == 1
    assert main([*classifier, "--set", f"encoder={auto}", "latent=2", "--out", str(tmp_path / "size")]) == 2
    assert "has codes of 3 numbers: say --set latent=3 with it" in capsys.readouterr().err
    assert main([*classifier, "--set", "encoder=nowhere", "--out", str(tmp_path / "none")]) == 1
    assert "nowhere does not exist" in capsys.readouterr().err
    pictures = Path(__file__).parents[2] / "docs" / "_static" / "pictures"
    assert main(["encode", str(no_autoencoder), str(pictures), "--out", str(tmp_path / "codes")]) == 1
    assert "mnist-classifier has no part named encoder" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.slow
def test_a_classifier_s_run_is_opened_where_it_was_moved_to(runs, tmp_path):
    shutil.copytree(runs("fashion-classifier"), tmp_path / "here")
    for cell in ("images", "codes"):
        folder = tmp_path / "here" / "cells" / cell
        config = read_json(folder / "config.json")
        (folder / "config.json").write_bytes(sealed_json(config | {"encoder": "gone/cells/encoder"}))
    assert main(["report", str(tmp_path / "here")]) == 0
    assert read_json(tmp_path / "here" / "summary.json")["optimizer"] == "adam"


@pytest.mark.parametrize(("arguments", "message"), [
    (["mnist-denoising", "--set", "folds=301"], "300 training images cannot be cut into 301 folds"),
    (["fashion-folds", "--set", "split=random"], "split is one of shuffled, sequential, stratified"),
    (["fashion-latent", "--set", "latent=3"], "draws codes of two numbers; got latent=3"),
    (["fashion-denoising", "--set", "overcomplete=100"], "overcomplete is at least 785; got 100"),
    (["fashion-autoencoder", "--set", "end=tanh"], "end is one of sigmoid, relu; got 'tanh'"),
])
def test_bad_input_is_one_line(digits, tmp_path, capsys, arguments, message):
    name, *rest = arguments
    assert main(["run", name, "--data", digits, "--backend", "numpy", "--out", str(tmp_path / "run"), *rest]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1


def test_images_of_another_size(tmp_path, capsys):
    assert main(["run", "fashion-folds", "--data", "photographs", "--out", str(tmp_path / "run")]) == 2
    assert "fashion-folds is built for 1 x 28 x 28 images" in capsys.readouterr().err


def test_the_table_s_network():
    recipe = get_recipe("fashion-autoencoder")
    net = recipe.network(recipe.Settings(), "", (1, 28, 28)).build((1, 28, 28), rng=np.random.default_rng(0),
                                                                   backend="numpy")
    shapes = [layer.out_shape for layer in net.leaves if "W" in layer.parameters and len(layer.parameters["W"]) > 1]
    assert shapes == [(7, 14, 14), (10, 7, 7), (16, 3, 3), (32,), (3,), (32,), (144,), (10, 7, 7), (7, 14, 14),
                      (1, 28, 28)]
    kinds = [type(layer).__name__ for layer in net.leaves]
    assert kinds.count("BatchNorm") == 5
    assert kinds[-2:] == ["ConvTranspose2d", "Sigmoid"]
    printed = recipe.network(recipe.Settings(end="relu"), "", (1, 28, 28))
    assert [type(layer).__name__ for layer in printed.leaves][-3:] == ["ConvTranspose2d", "BatchNorm", "ReLU"]


@pytest.mark.slow
def test_the_errors_before_and_after_are_of_all_test_images(runs, digits):
    out = runs("fashion-denoising")
    metrics = read_json(out / "summary.json")["metrics"]
    recipe = get_recipe("fashion-denoising")
    test = recipe.data(recipe.Settings(data=digits)).test
    kinds = {name: spoilt(name, test, 0) for name in SPOILT}
    for name, x in kinds.items():
        assert metrics[f"under_{name}_before"] == pytest.approx(float(np.mean(image_errors(x, test))), rel=1e-6)
        assert metrics[f"under_{name}_after"] > 0
    share = np.mean(kinds["black_50"][test > 0] == 0)
    assert share == pytest.approx(0.5, abs=0.02)
    assert -1 <= metrics["under_black_30_dark_correlation"] <= 1


def test_separability_tells_apart_from_mixed():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 50)
    apart = rng.standard_normal((100, 2)) + 20 * labels[:, None]
    mixed = rng.standard_normal((100, 2))
    good, bad = separability(apart, labels), separability(mixed, labels)
    assert good["nearest_neighbour_accuracy"] == 1
    assert good["silhouette"] > 0.8
    assert bad["nearest_neighbour_accuracy"] < 0.7
    assert bad["silhouette"] < 0.1


def test_the_plane_that_is_decoded_lies_in_the_codes():
    codes = np.random.default_rng(0).standard_normal((60, 5)) @ np.diag([5, 4, 1e-6, 1e-6, 1e-6])
    plane = pca(codes)
    assert np.allclose(plane.inverse_transform(plane.transform(codes)), codes, atol=1e-4)
