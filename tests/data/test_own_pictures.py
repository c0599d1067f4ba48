"""Folders of pictures as people have them: classes, parts, stray folders; pictures of any kind as they look."""
import numpy as np
import pytest
from PIL import Image

from nanoae.data import DataError
from nanoae.data.catalog import load
from nanoae.data.photographs import load_photograph, load_photographs

RAMP = np.tile(np.linspace(0, 255, 16).round().astype(np.uint8), (8, 1))    # (8, 16), black to white


def fill(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (4, 4), 7).save(folder / name, format="PNG")


def test_what_is_hidden_is_passed_over(tmp_path):
    fill(tmp_path, *(f"{k}.png" for k in range(5)), "._0.png", ".thumbnails/0.png")
    (tmp_path / "._1.png").write_bytes(b"no picture")
    data = load(str(tmp_path), shape=(1, 4, 4))
    assert (len(data.train), len(data.test)) == (4, 1)
    assert load_photographs(tmp_path, (1, 4, 4))[1] == ["0", "1", "2", "3", "4"]


def test_pictures_beside_folders_of_pictures_are_refused(tmp_path):
    fill(tmp_path, "0.png", "1.png", "cats/0.png")
    with pytest.raises(DataError, match="2 pictures lie in it and others in cats"):
        load(str(tmp_path), shape=(1, 4, 4))


@pytest.mark.parametrize("held", ["test", "val"])
def test_what_is_held_out_stays_so(held, tmp_path):
    fill(tmp_path, *(f"train/{k}.png" for k in range(6)), f"{held}/0.png", f"{held}/1.png")
    data = load(str(tmp_path), shape=(1, 4, 4))
    assert (len(data.train), len(data.test)) == (6, 2)


def test_parts_by_class(tmp_path):
    fill(tmp_path, "train/cats/0.png", "train/dogs/0.png", "train/dogs/1.png", "test/dogs/0.png", "test/foxes/0.png")
    data = load(str(tmp_path), shape=(1, 4, 4))
    assert data.train_labels.tolist() == [0, 1, 1]
    assert data.test_labels.tolist() == [1, 2]


def test_a_file_and_a_folder_too_deep_say_so(tmp_path):
    fill(tmp_path, "a/b/c/0.png")
    with pytest.raises(DataError, match=r"or in its subfolders \(no deeper\)"):
        load(str(tmp_path / "a"), shape=(1, 4, 4))
    with pytest.raises(DataError, match="is a file; name the folder that it is in"):
        load(str(tmp_path / "a/b/c/0.png"), shape=(1, 4, 4))


def kinds():
    """(name, picture, ending): RAMP as black to white in many kinds of files."""
    ink = np.zeros((8, 16, 4), np.uint8)
    ink[..., 3] = 255 - RAMP    # black ink, thinner to the right, on nothing
    yield "8 bits", Image.fromarray(RAMP), "png"
    yield "16 bits", Image.fromarray(RAMP.astype(np.uint16) * 257), "png"
    yield "32 bits", Image.fromarray(RAMP.astype(np.int32) * 257), "tif"
    yield "floats", Image.fromarray(RAMP.astype(np.float32) / 255), "tif"
    yield "transparent", Image.fromarray(ink), "png"
    yield "transparent grey", Image.fromarray(ink).convert("LA"), "png"
    yield "palette", Image.fromarray(RAMP).convert("P"), "png"
    yield "colour", Image.fromarray(RAMP).convert("RGB"), "bmp"


@pytest.mark.parametrize(("name", "picture", "ending"), list(kinds()), ids=[name for name, *_ in kinds()])
def test_a_picture_is_read_as_it_looks(name, picture, ending, tmp_path):
    picture.save(tmp_path / f"ramp.{ending}")
    found = load_photograph(tmp_path / f"ramp.{ending}", (1, 8, 16))[0]
    assert np.abs(found.astype(int) - RAMP).max() <= 1


def test_a_photograph_stands_as_the_camera_was_held(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6    # turned to the right when it is shown
    Image.fromarray(np.rot90(RAMP).copy()).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    found = load_photograph(tmp_path / "turned.jpg", (1, 8, 16))[0]
    assert np.abs(found.astype(int) - RAMP).max() <= 8


def test_values_that_cannot_be_placed_are_refused(tmp_path):
    Image.fromarray(RAMP.astype(np.float32)).save(tmp_path / "floats.tif")
    with pytest.raises(DataError, match="its values run from 0 to 255; 8 or 16 bits are read, and floats from 0 to 1"):
        load_photograph(tmp_path / "floats.tif", (1, 8, 16))
