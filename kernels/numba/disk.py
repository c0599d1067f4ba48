"""Compiled kernels on disk, so that only the first process on a machine compiles.

Each compiled form of a kernel has a file of its own, named by what it depends on: the kernel's name, the argument
types, the processor it was compiled for, the versions of Numba and llvmlite, and every source file of this package. A
change of any is another name. A file begins with the digest of its name and the rest; one that does not fit is
compiled anew and replaced. Files appear whole, by renaming. They are read only where nobody else can write or
rename, the file and every folder above it, and never through a link; elsewhere nothing is kept.
"""
import hashlib
import os
import pickle
import stat
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import llvmlite
import numba
import numpy
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult
from numba.core.registry import cpu_target

from ..home import cache_home, make_private
from .host import NAME

DIGEST = 32    # bytes of a sha256
compiled = 0    # kernels compiled by this process


@cache
def folder():
    """The folder `kernels` in this user's cache, made where it is missing; None where it cannot be written, or where
    anybody else could write."""
    home = cache_home()
    if home is None:
        return None
    path = Path(os.path.realpath(home / "kernels"))
    try:
        make_private(path)
        with tempfile.TemporaryFile(dir=path):
            return path if is_ours(path) else None
    except OSError:
        return None


def is_ours(path):
    """Can nobody but this user and root write into the folder, or put another in its place? A pickle runs code."""
    return mine(path.stat()) and all(mine(above.stat(), allow_sticky=True) for above in path.parents)


def mine(status, allow_sticky=False):
    """Of this user or root, and writable by nobody else; allow_sticky: or a folder where each guards their own.

    Windows shows no owner, and everything as writable: there the cache is as private as the folder it lies in.
    """
    if not hasattr(os, "getuid"):
        return True
    owned = status.st_uid in (0, os.getuid())
    shared = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return owned and (not shared or (allow_sticky and bool(status.st_mode & stat.S_ISVTX)))


def read(path):
    """The content of a kernel's file behind its digest, b'' for one that is damaged or that others could write."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        content = file.read() if stat.S_ISREG(status.st_mode) and mine(status) else b""
    return content[DIGEST:] if digest(path.name, content[DIGEST:]) == content[:DIGEST] else b""


def digest(name, content):
    return hashlib.sha256(name.encode() + content).digest()


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
    text = "nanoae: compiling kernels" + (", kept for later runs" if folder() else "")
    with suppress(OSError, ValueError, AttributeError):    # nobody listens
        if sys.stderr.isatty():
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
        key = repr((self.name, signature, codegen.magic_tuple(), NAME, sources()))
        return folder() / f"{self.name}-{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    def load_overload(self, sig, target_context):
        """The compiled form, or None where there is no sound one."""
        target_context.refresh()
        try:
            content = read(self.path(sig, cpu_target.target_context.codegen())) if self.enabled else b""
            if content:
                return CompileResult._rebuild(target_context, *pickle.loads(content))
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
        made = None
        try:
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                made = file.name
                file.write(digest(path.name, content) + content)
            os.replace(made, path)
        except OSError:
            if made is not None:
                Path(made).unlink(missing_ok=True)
