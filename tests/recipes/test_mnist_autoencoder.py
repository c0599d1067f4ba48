"""The recipe: the paper's architecture and defaults, and a run that leaves everything it promises."""
import json

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

from nanoae.data import DataError
from nanoae.models import conv_autoencoder
from nanoae.recipes import get_recipe
from nanoae.recipes.given import settings_from
from nanoae.recipes.mnist_autoencoder import recipe
from nanoae.sealed import read_json
from tests.data.test_data import write_set
from tests.systems import LOCK_FILE

Settings = recipe.Settings


def test_the_default_and_the_paper_s_columns():
    for column, values in (("ours", (48, 128, None, 0, 0)), ("paper", (2, 256, None, 5e-5, 0)),
                           ("paper-tuned", (48, 128, 0.006, 5e-5, 0.0775))):
        settings = Settings(settings=column)
        assert (settings.latent, settings.batch_size, settings.lr, settings.weight_decay, settings.dropout) == values
        assert (settings.epochs, settings.optimizer, settings.loss, settings.init) == (40, "adam", "mse", "pytorch")
    assert Settings().settings == "ours"
    assert settings_from(recipe, ["settings=paper", "latent=5"]).latent == 5
    with pytest.raises(ValueError, match="settings is one of ours, paper, paper-tuned"):
        settings_from(recipe, ["settings=best"])


def test_the_paper_s_architecture():
    net = conv_autoencoder(48, dropout=0.1).build((1, 28, 28), "float32", "numpy", np.random.default_rng(0))
    shapes = [layer.out_shape for layer in net["encoder"].leaves if layer.parameters]
    assert shapes == [(8, 14, 14), (16, 7, 7), (32, 3, 3), (64,), (48,)]
    shapes = [layer.out_shape for layer in net["decoder"].leaves if layer.parameters]
    assert shapes == [(64,), (288,), (16, 7, 7), (8, 14, 14), (1, 28, 28)]
    kinds = [type(layer).__name__ for layer in net.leaves]
    dropped = [kinds[i + 1] for i, kind in enumerate(kinds) if kind == "Dropout"]
    assert dropped == ["Linear"] * 3    # before each Linear but the decoder's first
    assert [layer.out_shape for layer, kind in zip(net.leaves, kinds, strict=True) if kind == "Dropout"] == [
        (288,), (64,), (64,)]
    assert "Dropout" not in [type(layer).__name__ for layer in conv_autoencoder(2).leaves]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    data = write_set(folder / "mnist", train=60, test=20)
    settings = Settings(data=str(data), epochs=2, batch_size=16, latent=3, dropout=0.1, backend="numpy",
                        optimizer="lookahead", out=str(folder / "out"))
    return recipe.run(settings)


def test_a_run_leaves_everything_it_promises(finished):
    path, summary = finished
    assert {file.name for file in path.iterdir()} == LOCK_FILE | {
        "config.json", "history.jsonl", "checkpoint.safetensors", "summary.json", "losses.png", "reconstructions.png",
        "filters.png", "samples.safetensors", "weights.safetensors"}
    assert read_json(path / "summary.json") == json.loads(json.dumps(summary))
    assert {"recipe", "data", "data_source", "seed", "backend", "dtype", "optimizer", "epochs", "steps", "parameters",
            "train_loss", "test_loss", "train_reduction", "epoch_seconds", "seconds", "versions", "metrics",
            "paper"} <= set(summary)
    assert summary["steps"] == 8
    history = [json.loads(line) for line in (path / "history.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in history] == [1, 2]
    assert history[-1]["test_loss"] == summary["test_loss"]
    assert history[-1]["train_loss"] == summary["train_loss"]
    assert set(history[0]["gradient_norms"]) >= {"encoder.0", "decoder.12"} - {"decoder.12"}
    config = json.loads((path / "config.json").read_text())
    assert config["latent"] == 3
    assert config["lr"] == 1e-3


def test_the_pictures_are_pictures(finished):
    for picture in finished[0].glob("*.png"):
        with Image.open(picture) as opened:
            pixels = np.asarray(opened.convert("L"))
        assert pixels.shape[0] > 150
        assert pixels.shape[1] > 300
        assert np.std(pixels) > 5


def test_the_test_loss_is_that_of_the_weights_lookahead_wants_tested(finished):
    path, summary = finished
    tensors = load_file(path / "checkpoint.safetensors")
    net = conv_autoencoder(3, dropout=0.1).build((1, 28, 28), "float32", "numpy", np.random.default_rng(0))
    net.theta[...] = tensors["optimizer.phi"]
    from nanoae.data import Batches, load
    from nanoae.losses import mse
    from nanoae.training import mean_loss
    test = load(summary["data_source"]).test
    assert mean_loss(net, mse, Batches(test, 500)) == pytest.approx(summary["test_loss"], rel=1e-6)


def test_the_paper_s_figures_stand_beside_the_paper_s_settings():
    assert recipe.paper_figures(Settings(settings="paper"), "mnist")["validation_loss"] == 0.0381
    assert recipe.paper_figures(Settings(settings="paper-tuned"), "mnist")["test_loss"] == 0.0187
    for other in (Settings(), Settings(settings="paper", loss="l1")):
        assert recipe.paper_figures(other, "mnist") == {}
    assert recipe.paper_figures(Settings(settings="paper"), "fashion-mnist") == {}


def test_images_of_another_size_are_refused(tmp_path):
    with pytest.raises(ValueError, match="built for 1 x 28 x 28 images"):
        recipe.run(Settings(data=str(write_set(tmp_path / "small", side=20)), backend="numpy"))
    with pytest.raises(DataError, match="neither a folder nor a known set"):
        recipe.run(Settings(data="nothing"))


@pytest.mark.parametrize(("pairs", "message"), [
    (["latnt=3"], "did you mean 'latent'"), (["latent"], "takes key=value"),
    (["latent=3.5"], "latent is a whole number"), (["latent=0"], "latent is at least 1"),
    (["lr=fast"], "lr is a number"), (["dropout=1"], "dropout is at least 0 and below 1; got 1"),
    (["loss=mae"], "loss is one of mse, bce, l1"), (["init=xavier"], "init is one of pytorch, .*; got 'xavier'"),
    (["optimizer=adamm"], "did you mean 'adam'"), (["epochs=0"], "epochs is at least 1"),
    (["lr=-1"], "lr is at least 0"), (["lr=nan"], "lr is at least 0"),
])
def test_wrong_settings_say_what_is_allowed(pairs, message):
    with pytest.raises(ValueError, match=message):
        settings_from(recipe, pairs)


def test_settings_are_read_from_pairs():
    settings = settings_from(recipe, ["latent=7", "lr=none", "dropout=0.5"], epochs=3, seed=None)
    assert (settings.latent, settings.lr, settings.dropout, settings.epochs, settings.seed) == (7, None, 0.5, 3, 0)


def test_recipes_by_name():
    assert get_recipe("mnist-autoencoder") is recipe
    with pytest.raises(ValueError, match="did you mean 'mnist-autoencoder'"):
        get_recipe("mnist-autoencodr")
