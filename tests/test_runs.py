"""Using a trained run: encode, decode, reconstruct, report; as functions and as commands."""
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from nanoae import load_run
from nanoae.cli import main
from nanoae.data import DataError, load, scaled
from nanoae.data.photographs import load_photographs
from nanoae.recipes import get_recipe
from nanoae.runs import decode, encode, reconstruct
from nanoae.sealed import read_json, sealed_json
from nanoae.training import RunError
from tests.data.test_data import write_set


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    data = write_set(folder / "mnist", train=60, test=20)
    recipe = get_recipe("mnist-autoencoder")
    return recipe.run(recipe.Settings(data=str(data), epochs=2, batch_size=16, latent=3, backend="numpy",
                                      optimizer="lookahead", out=str(folder / "out")))


@pytest.fixture
def pictures(tmp_path):
    """A folder of two colour photographs, wide and high, and one other file."""
    rng = np.random.default_rng(0)
    (tmp_path / "photographs").mkdir()
    for name, (h, w) in {"b-wide": (40, 90), "a-high": (70, 35)}.items():
        pixels = rng.integers(256, size=(h, w, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / "photographs" / f"{name}.png")
    (tmp_path / "photographs" / "notes.txt").write_text("not a picture")
    return tmp_path / "photographs"


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_the_loaded_network_gives_the_run_s_test_loss(finished):
    path, summary = finished
    trained = load_run(path)
    test = load(summary["data_source"]).test
    outputs = trained.reconstruct(test)
    assert np.mean((outputs - scaled(test)) ** 2) == pytest.approx(summary["test_loss"], rel=1e-5)
    codes = trained.encode(test)
    assert codes.shape == (20, 3)
    assert trained.decode(codes) == pytest.approx(outputs, abs=1e-6)
    assert trained.encode(scaled(test)) == pytest.approx(codes, abs=1e-6)
    assert np.array_equal(encode(path, test), codes)
    assert np.array_equal(decode(trained, codes), trained.decode(codes))
    assert np.array_equal(reconstruct(path, test), outputs)
    assert trained.shape == (1, 28, 28)
    assert trained.epoch == 2


def test_commands_on_pictures_of_one_s_own(finished, pictures, tmp_path, capsys):
    path = str(finished[0])
    assert main(["reconstruct", path, str(pictures), "--out", str(tmp_path / "again")]) == 0
    assert {file.name for file in (tmp_path / "again").iterdir()} == {"a-high.png", "b-wide.png", "comparison.png"}
    assert pixels(tmp_path / "again" / "a-high.png").shape == (28, 28)
    assert main(["encode", path, str(pictures), "--out", str(tmp_path / "codes")]) == 0
    codes = np.load(tmp_path / "codes.npy")
    rows = (tmp_path / "codes.csv").read_text().splitlines()
    assert rows[0] == "image,code_0,code_1,code_2"
    assert [row.split(",")[0] for row in rows[1:]] == ["a-high", "b-wide"]
    assert np.array_equal(np.array([row.split(",")[1:] for row in rows[1:]], np.float32), codes)
    for source in ("codes.npy", "codes.csv"):
        assert main(["decode", path, str(tmp_path / source), "--out", str(tmp_path / f"from-{source}")]) == 0
    decoded = pixels(tmp_path / "from-codes.csv" / "a-high.png")
    assert np.array_equal(decoded, pixels(tmp_path / "from-codes.npy" / "00000.png"))
    assert np.array_equal(decoded, pixels(tmp_path / "again" / "a-high.png"))
    capsys.readouterr()


def test_report_draws_again_from_the_files_alone(finished, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(finished[0], copy)
    before = {picture.name: picture.read_bytes() for picture in copy.glob("*.png")}
    for picture in copy.glob("*.png"):
        picture.unlink()
    assert main(["report", str(copy)]) == 0
    out = capsys.readouterr().out
    assert "mnist-autoencoder on mnist, seed 0: 1 of 1 training finished" in out
    assert {picture.name: picture.read_bytes() for picture in copy.glob("*.png")} == before


@pytest.mark.parametrize(("arguments", "message"), [
    (("reconstruct", "nowhere", "x", "--out", "y"), "nowhere does not exist"),
    (("reconstruct", "RUN", "nothing", "--out", "y"), "nothing does not exist"),
    (("reconstruct", "RUN", "EMPTY", "--out", "y"), "holds no pictures"),
    (("reconstruct", "RUN", "PICTURES", "--out", "PICTURES"), "nothing is overwritten"),
    (("reconstruct", "RUN", "PICTURES", "--out", "y", "--method", "adam"), "no method 'adam'"),
    (("encode", "RUN", "PICTURES/notes.txt", "--out", "y"), "cannot be read as a picture"),
    (("encode", "RUN", "WRONG.npy", "--out", "y"), r"holds an array (2, 5); this network takes images (n, 1, 28, 28)"),
    (("decode", "RUN", "WRONG.npy", "--out", "y"), r"this run's codes are (n, 3)"),
    (("decode", "RUN", "PICTURES/notes.txt", "--out", "y"), "cannot be read as codes"),
    (("report", "EMPTY"), "is no run directory"),
])
def test_a_mistake_is_one_clear_line(arguments, message, finished, pictures, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    np.save(tmp_path / "wrong.npy", np.zeros((2, 5)))
    places = {"RUN": str(finished[0]), "EMPTY": "empty", "PICTURES": str(pictures), "WRONG": "wrong"}
    for word, place in places.items():
        arguments = [argument.replace(word, place) for argument in arguments]
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "y").exists()


def test_a_run_without_weights_and_one_with_another_network_s(finished, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(finished[0], copy)
    config = read_json(copy / "config.json")
    (copy / "config.json").write_text(json.dumps(config | {"latent": 4}))
    with pytest.raises(RunError, match="damaged or none of nanoae's"):
        load_run(copy)
    (copy / "config.json").write_bytes(sealed_json(config | {"latent": 4}))
    with pytest.raises(RunError, match=r"its weights are of .*Linear\(64, 3"):
        load_run(copy)
    (copy / "weights.safetensors").unlink()
    with pytest.raises(RunError, match="no weights yet"):
        load_run(copy)


def test_photographs_are_cropped_at_the_centre_and_reduced(tmp_path):
    pixels = np.zeros((20, 60, 3), np.uint8)
    pixels[:, 20:40] = (255, 0, 0)    # the central square is red
    Image.fromarray(pixels).save(tmp_path / "wide.png")
    images, names = load_photographs(tmp_path / "wide.png", (3, 10, 10))
    assert names == ["wide"]
    assert (images[0, 0] > 250).all()
    assert (images[0, 1:] < 5).all()
    assert load_photographs(tmp_path, (1, 8, 16))[0].shape == (1, 1, 8, 16)
    np.save(tmp_path / "floats.npy", np.full((2, 1, 4, 4), 0.5))
    assert load_photographs(tmp_path / "floats.npy", (1, 4, 4))[0].tolist() == np.full((2, 1, 4, 4), 128).tolist()
    np.save(tmp_path / "large.npy", np.full((2, 1, 4, 4), 7.5))
    with pytest.raises(DataError, match="floats from 0 to 1"):
        load_photographs(tmp_path / "large.npy", (1, 4, 4))
