"""The interface of recipes: a newcomer's, word for word; settings declared once; transfer; figures over trials."""
import json
import re
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nanoae import Stack, load_run, recipes
from nanoae.cli import main
from nanoae.data import Batches
from nanoae.layers import Flatten, Linear, Sigmoid
from nanoae.losses import cross_entropy
from nanoae.recipes import RECIPES, get_recipe
from nanoae.recipes.recipe import Paper, Recipe, Source
from nanoae.recipes.settings import SHARED, Declared, Settings, shared
from nanoae.recipes.transfer import trained_encoder
from nanoae.sealed import read_json
from nanoae.training import Fit, RunError, Seeds
from nanoae.trials.space import spaces

CONTRIBUTING = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text()
NEWCOMERS = re.search(r'^```python\n("""shapes-denoising.*?)^```', CONTRIBUTING, re.S | re.M).group(1)


@pytest.fixture
def newcomers(monkeypatch):
    """The recipe that CONTRIBUTING adds, as if its file stood there and its name in the list."""
    module = ModuleType("nanoae.recipes.shapes_denoising")
    module.__package__ = "nanoae.recipes"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(NEWCOMERS, "shapes_denoising.py", "exec"), vars(module))
    monkeypatch.setattr(recipes, "RECIPES", (*RECIPES, "shapes-denoising"))
    return module.recipe


def test_a_newcomer_s_recipe_word_for_word(newcomers, tmp_path, capsys):
    assert len(NEWCOMERS.splitlines()) < 60
    assert main(["recipes", "shapes-denoising"]) == 0
    assert "standard deviation of the noise" in capsys.readouterr().out
    out = tmp_path / "run"
    run = ["run", "shapes-denoising", "--data", "shapes", "--epochs", "2", "--out", str(out)]
    assert main([*run, "--json"]) == 0
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert 0 < summary["metrics"]["noise_left"] < 1
    assert {"losses.png", "denoised.png", "summary.json", "weights.safetensors"} <= {f.name for f in out.iterdir()}
    before = (out / "denoised.png").read_bytes()
    assert main(["report", str(out)]) == 0
    assert (out / "denoised.png").read_bytes() == before
    assert main(["run", "shapes-denoising", "--set", "noise=-1"]) == 2
    assert "noise is at least 0; got -1" in capsys.readouterr().err


def test_every_setting_is_declared_and_shared_names_once(capsys):
    for name in RECIPES:
        recipe = get_recipe(name)
        recipe.check(recipe.Settings())
        if recipe.searched:
            assert spaces(recipe.Settings, recipe.searched)
        for one in fields(recipe.Settings):
            declared = one.metadata["declared"]
            assert declared.help
            if one.name in SHARED and one.name not in ("lr", "encoder"):    # a step of FISTA's is no learning rate
                own = {"search": declared.search, "allowed": declared.allowed}
                assert declared == replace(SHARED[one.name], **own), (name, one.name)
            if declared.search[:1] == ("choice",):
                for choice in declared.search[1:]:
                    declared.check(one.name, choice)
            elif declared.search:
                low, high, scale = declared.search
                assert low < high
                assert scale in ("even", "log")
                for end in (low, high):
                    declared.check(one.name, end)
        assert main(["recipes", name]) == 0
        rows = capsys.readouterr().out.splitlines()
        assert [row.split()[0] for row in rows] == ["setting", *(one.name for one in fields(recipe.Settings))]


def test_what_is_declared_is_checked():
    declared = Declared("", least=1, below=3)
    declared.check("a", 2.5)
    declared.check("a", None)
    for value in (0, 3, float("nan")):
        with pytest.raises(ValueError, match="a is at least 1 and below 3"):
            declared.check("a", value)
    with pytest.raises(ValueError, match="did you mean 'mse'"):
        SHARED["loss"].check("loss", "mes")


def test_the_paper_s_figures_belong_to_settings_and_data():
    paper = Paper({"a": 1}, "mnist", latent=2)
    settings = get_recipe("mnist-autoencoder").Settings
    assert paper.is_of(settings(latent=2), "mnist")
    assert not paper.is_of(settings(latent=3), "mnist")
    assert not paper.is_of(settings(latent=2), "digits")
    assert Paper({"a": 1}).is_of(settings(), "anything")


@dataclass
class ClassifierSettings(Settings):
    epochs: int = shared("epochs", 1)
    batch_size: int = shared("batch_size", 32)
    trials: int = shared("trials", 2)
    optimizer: str = shared("optimizer", "adam")
    lr: float | None = shared("lr", 0.003)
    encoder: str | None = shared("encoder", None)


class FromAnEncoder(Recipe):
    """A classifier on the encoder of an autoencoder, which is trained first where no run is named."""

    name, about = "from-an-encoder", "for tests"
    Settings = ClassifierSettings
    source = Source(real="mnist", embedded="shapes", shape=(1, 28, 28))
    titles = {"classifier": "classifier"}

    def network(self, s, method, shape):
        size = int(np.prod(shape))
        encoder = Stack([Flatten(), Linear(size, 8), Sigmoid()], name="encoder")
        if method == "encoder":
            from nanoae.layers import Reshape
            return Stack([encoder, Stack([Linear(8, size), Sigmoid(), Reshape(shape)], name="decoder")])
        return Stack([trained_encoder(s.encoder, shape), Stack([Linear(8, 10)], name="head")])

    def fit(self, s, data, method):
        if method == "encoder":
            return super().fit(s, data, method)
        seeds = Seeds(s.seed)
        net = self.network(s, method, data.shape).build(data.shape, s.dtype, s.backend, seeds.weights)
        self.given = net["encoder"].theta.copy()
        return Fit(net, self.optimizer(s, net["head"], method), cross_entropy,
                   Batches(data.train, s.batch_size, targets=data.train_labels),
                   Batches(data.test, 100, targets=data.test_labels), s.epochs, seeds)


def test_an_encoder_is_trained_first_or_taken_from_a_run(tmp_path, monkeypatch):
    recipe = FromAnEncoder()
    monkeypatch.setattr(recipes, "get_recipe", lambda name: recipe)
    s = ClassifierSettings(data="shapes", backend="numpy", out=str(tmp_path / "first"))
    path, summary = recipe.run(s)
    assert {cell.name for cell in (path / "cells").iterdir()} == {
        f"{method}-trial-{trial}" for method in ("encoder", "classifier") for trial in (0, 1)}
    assert set(summary["metrics"]) == {f"classifier_{figure}{end}" for figure in ("train_loss", "test_loss")
                                       for end in ("", "_low", "_high", "_values")}
    for trial in (0, 1):
        config = read_json(path / "cells" / f"classifier-trial-{trial}" / "config.json")
        assert config["encoder"] == str(path / "cells" / f"encoder-trial-{trial}")
    assert np.array_equal(recipe.given, load_theta(path / "cells" / "encoder-trial-1"))

    run = path / "cells" / "encoder-trial-0"
    again, _ = recipe.run(ClassifierSettings(data="shapes", backend="numpy", trials=1, encoder=str(run),
                                             out=str(tmp_path / "second")))
    assert not (again / "cells" / "encoder").exists()
    assert np.array_equal(recipe.given, load_theta(run))
    with pytest.raises(RunError, match="nowhere does not exist"):
        recipe.check(ClassifierSettings(encoder="nowhere"))
    with pytest.raises(RunError, match=r"takes images \(1, 28, 28\), these are \(3, 32, 32\)"):
        trained_encoder(run, (3, 32, 32))


def load_theta(path):
    """The encoder's weights in a cell's directory, one after the other."""
    from safetensors.numpy import load_file
    weights = load_file(path / "weights.safetensors")
    return np.concatenate([weights[f"encoder.1.{name}"].ravel() for name in ("W", "b")])


def test_opening_a_run_builds_no_optimizer(tmp_path, monkeypatch):
    recipe = get_recipe("mnist-autoencoder")
    out = tmp_path / "run"
    recipe.run(recipe.Settings(data="shapes", epochs=1, latent=2, optimizer="lookahead", backend="numpy", out=str(out)))
    monkeypatch.setattr(type(recipe), "optimizer", None)
    monkeypatch.setattr(type(recipe), "fit", None)
    assert load_run(out).encode(np.zeros((2, 1, 28, 28), np.uint8)).shape == (2, 2)
    assert main(["report", str(out)]) == 0
