"""Where this user's cache lies, for compiled kernels and decoded data."""
import os
from pathlib import Path


def cache_home():
    """$NANOAE_CACHE, else $XDG_CACHE_HOME/nanoae, else ~/.cache/nanoae; None for a user without a home."""
    given, shared = os.environ.get("NANOAE_CACHE"), os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(given).expanduser() if given else (
            Path(shared) if shared else Path("~/.cache").expanduser()) / "nanoae"
    except RuntimeError:    # there is no home to expand ~ to
        return None


def make_private(path):
    """Makes a folder and those above it that are missing, for this user alone, whatever the umask."""
    for part in (*reversed(path.parents), path):
        if not part.is_dir():
            part.mkdir(mode=0o700, exist_ok=True)
