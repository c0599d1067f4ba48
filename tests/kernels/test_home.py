"""Where the user's cache lies, and what happens where there is none."""
from pathlib import Path

from nanoae.data.decoded import cache_folder, decoded
from nanoae.kernels.home import cache_home


def test_the_first_of_three_places(monkeypatch, tmp_path):
    for home in ("HOME", "USERPROFILE"):    # of POSIX and of Windows
        monkeypatch.setenv(home, str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("NANOAE_CACHE", "~/mine")
    assert cache_home() == tmp_path / "mine"
    monkeypatch.delenv("NANOAE_CACHE")
    assert cache_home() == tmp_path / "xdg" / "nanoae"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_home() == tmp_path / ".cache" / "nanoae"


def test_a_user_without_a_home_keeps_nothing_and_looks_for_data_here(monkeypatch, tmp_path):
    def nowhere(path):
        raise RuntimeError("Could not determine home directory.")

    for name in ("NANOAE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "expanduser", nowhere)
    monkeypatch.chdir(tmp_path)
    assert cache_home() is None
    assert cache_folder() == tmp_path / ".nanoae"
    assert decoded("x", [], lambda: {"a": 1}) == {"a": 1}
    assert not list(tmp_path.iterdir())
