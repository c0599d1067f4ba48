"""Compiled kernels on disk, so that only the first process on a machine compiles.

Each compiled form of a kernel has a file of its own, named by what it depends on: the kernel's name, the argument
types, the processor it was compiled for, the versions of Numba and llvmlite, and every source file of this package. A
change of any is another name. A file begins with the digest of the rest; one that does not fit is compiled anew and
replaced. Files appear whole, by renaming. Where no folder can be written, nothing is kept.
"""
import hashlib
import os
import pickle
import sys
import tempfile
from functools import cache
from pathlib import Path

import llvmlite
import numba
import numpy
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult
from numba.core.registry import cpu_target

DIGEST = 32    # bytes of a sha256
compiled = 0    # kernels compiled by this process


@cache
def folder():
    """$NANOAE_CACHE, or ~/.cache/nanoae, or a folder of this user's in the temporary one: the first that can be
    written; None without any."""
    user = getattr(os, "getuid", lambda: "user")()
    given = os.environ.get("NANOAE_CACHE")
    homes = [Path(given)] if given else [Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "nanoae"]
    for home in (*homes, Path(tempfile.gettempdir()) / f"nanoae-{user}"):
        path = home / "kernels"
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=path):
                if path.stat().st_uid == user:
                    return path
        except (OSError, RuntimeError):
            continue
    return None


@cache
def sources():
    """A digest of the package's own source files and of the libraries that compile them."""
    digest = hashlib.sha256(repr((numba.__version__, llvmlite.__version__, numpy.__version__, sys.version)).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def announce():
    """One line on the error stream at the first kernel; on a terminal it counts the kernels."""
    global compiled
    compiled += 1
    text = "nanoae: compiling kernels (first run only)"
    if sys.stderr is not None and sys.stderr.isatty():
        print(f"\r{text}: {compiled} ", end="", file=sys.stderr, flush=True)
    elif compiled == 1:
        print(text, file=sys.stderr, flush=True)


class Disk(_Cache):
    """What Numba asks for compiled forms of the function of this name."""

    def __init__(self, name):
        self.name, self.enabled = name, True

    cache_path = property(lambda self: str(folder()))

    def enable(self):
        self.enabled = True

    def disable(self):
        self.enabled = False

    def flush(self):
        for path in folder().glob(f"{self.name}-*") if folder() else ():
            path.unlink(missing_ok=True)

    def path(self, signature, codegen):
        key = repr((self.name, signature, codegen.magic_tuple(), sources()))
        return folder() / f"{self.name}-{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    def load_overload(self, sig, target_context):
        """The compiled form, or None where there is no sound one."""
        target_context.refresh()
        try:
            content = self.path(sig, cpu_target.target_context.codegen()).read_bytes() if self.enabled else b""
            if content and hashlib.sha256(content[DIGEST:]).digest() == content[:DIGEST]:
                return CompileResult._rebuild(target_context, *pickle.loads(content[DIGEST:]))
        except Exception:    # whatever is wrong with the file or its folder: compile
            pass
        announce()
        return None

    def save_overload(self, sig, data):
        """Keeps a compiled form; a full disk or a read-only folder is no error."""
        if not self.enabled or folder() is None:
            return
        content = pickle.dumps(data._reduce(), protocol=pickle.HIGHEST_PROTOCOL)
        path = self.path(sig, data.codegen)
        try:
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                file.write(hashlib.sha256(content).digest() + content)
            os.replace(file.name, path)
        except OSError:
            pass
