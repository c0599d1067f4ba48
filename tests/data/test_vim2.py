"""vim-2: MATLAB 7.3's reversed axes, slices, and damaged files; on a small file with Stimuli.mat's layout."""
import numpy as np
import pytest
from PIL import Image

from nanoae.data import DataError, load


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("NANOAE_CACHE", str(tmp_path_factory.mktemp("cache")))


def write_stimuli(path, frames, validation):
    """A small file with Stimuli.mat's layout: h5py sees (frames, 3, width, height)."""
    h5py = pytest.importorskip("h5py", reason="vim-2 needs the extra 'hdf5'")
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, images in (("st", frames), ("sv", validation)):
            file.create_dataset(name, data=images.transpose(0, 3, 2, 1))    # from (n, h, w, 3)
    with open(path, "r+b") as raw:    # MATLAB's text header stands before the HDF5 part
        raw.write(b"MATLAB 7.3 MAT-file".ljust(512))


def test_vim2_is_read_with_height_and_width_swapped_back(tmp_path):
    folder = tmp_path / "vim-2"
    folder.mkdir()
    rng = np.random.default_rng(0)
    train = np.zeros((501, 16, 16, 3), np.uint8)    # more than one slice
    train[:, :8] = 200    # the upper half is bright
    train[500] = rng.integers(256, size=(16, 16, 3))
    write_stimuli(folder / "Stimuli.mat", train, train[:3])
    data = load("vim-2", tmp_path, shape=(3, 8, 8))
    assert data.train.shape == (501, 3, 8, 8)
    assert data.test.shape == (3, 3, 8, 8)
    assert data.train[0, :, :3].min() > 150
    assert data.train[0, :, 5:].max() < 50
    expected = np.asarray(Image.fromarray(train[500]).resize((8, 8), Image.Resampling.LANCZOS))
    assert np.array_equal(data.train[500].transpose(1, 2, 0), expected)
    assert "10.6080/K00Z715X" in data.credit


def test_a_bad_stimuli_file_is_one_clear_error(tmp_path):
    h5py = pytest.importorskip("h5py", reason="vim-2 needs the extra 'hdf5'")
    folder = tmp_path / "vim-2"
    folder.mkdir()
    (folder / "Stimuli.mat").write_bytes(b"hello")
    with pytest.raises(DataError, match=r"no whole MATLAB 7\.3 file"):
        load("vim-2", tmp_path)
    with h5py.File(folder / "Stimuli.mat", "w") as file:
        file["st"] = np.zeros((2, 4, 4, 3), np.uint8)
    with pytest.raises(DataError, match=r"variable st is uint8 \(2, 4, 4, 3\), expected"):
        load("vim-2", tmp_path)
