"""Slow decoding done once: plain arrays in the user's cache, checked by size and hash, never beside their source.

    CACHE/decoded/NAME-KEY/arrays.safetensors    the arrays
                           whole.json            the sources' sizes and times, and the arrays' size and SHA-256

An entry is made in a folder of its own and renamed into place, so two processes can make it at once; a damaged or
outdated one is made anew.
"""
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from ..kernels.home import cache_home, make_private
from .dataset import DataError


def cache_folder():
    """This user's cache for nanoae (see `nanoae.kernels.home`); for a user without a home, one in this folder."""
    return cache_home() or Path.cwd() / ".nanoae"


def decoded(name, sources, decode):
    """{name: array} of decode(), from the cache where the same sources were decoded before.

    sources: the files that decode reads. Where the cache cannot be written the arrays are decoded each time.
    """
    from safetensors.numpy import load_file, save
    stamps = [[str(Path(source).resolve()), *stamp(source)] for source in sources]
    if cache_home() is None:
        return decode()
    key = hashlib.sha256(json.dumps([path for path, *_ in stamps]).encode()).hexdigest()[:16]
    entry = cache_folder() / "decoded" / f"{name}-{key}"
    if whole(entry, stamps):
        return load_file(entry / "arrays.safetensors")
    arrays = decode()
    with suppress(OSError):    # a read-only or full cache costs time, nothing else
        keep(entry, stamps, save(arrays))
    return arrays


def stamp(path):
    try:
        status = os.stat(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    return status.st_size, status.st_mtime_ns


def whole(entry, stamps):
    """Is this entry of these very sources, and are its arrays what was written?"""
    try:
        about, content = json.loads((entry / "whole.json").read_text(encoding="utf-8")), entry / "arrays.safetensors"
        if about["sources"] != stamps or content.stat().st_size != about["size"]:
            return False
        with open(content, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == about["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def keep(entry, stamps, content):
    """Writes an entry whole. Where another process was quicker, its entry stays."""
    make_private(entry.parent)
    made = Path(tempfile.mkdtemp(dir=entry.parent, prefix=".making-"))
    try:
        (made / "arrays.safetensors").write_bytes(content)
        about = {"sources": stamps, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        (made / "whole.json").write_text(json.dumps(about), encoding="utf-8")
        if entry.exists() and not whole(entry, stamps):
            shutil.rmtree(entry, ignore_errors=True)
        made.rename(entry)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if not whole(entry, stamps):
            raise
