"""`nanoae doctor`: what this machine has, and one line that mends each thing that is missing."""
import os
import platform
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from . import gpu
from .data import REAL, DataError
from .data.catalog import folders, locate
from .data.decoded import cache_folder
from .data.fetch import SOURCES
from .versions import package, versions

NEEDED = ("numpy", "numba", "matplotlib", "pooch", "safetensors", "filelock", "rich", "scikit-learn", "joblib",
          "threadpoolctl", "Pillow")
LITTLE = 2 << 30    # bytes of free space that a run with its data and pictures is comfortable with


def findings():
    """(what, state, what to do or '') for every line of the report."""
    rows = [("nanoae", versions()["nanoae"], ""), ("python", platform.python_version(), ""),
            ("processor", f"{processor()}, {cores()} cores for this process", "")]
    for name in NEEDED:
        found = package(name)
        rows.append((name, found or "missing", "" if found else f"pip install {name}"))
    for name, extra, without in (("torch", "torch", "parity tests are skipped"), ("h5py", "hdf5", "vim-2 is not read"),
                                 ("optuna", "tune", "searches are random")):
        found = package(name)
        rows.append((f"{name} (optional)", found or f"not installed: {without}",
                     "" if found else f"pip install 'nanoae[{extra}]'"))
    rows += [("rungs", rungs(), ""), *compiled_kernels(), threading_layer(), *matrix_libraries(), device()]
    rows += [space("free space, here", Path.cwd()), space("free space, cache", cache_folder())]
    try:
        folders()
    except DataError as error:    # $NANOAE_DATA names no folder
        return [*rows, ("data", str(error), "unset NANOAE_DATA, or make the folder")]
    return rows + data_sets()


def data_sets():
    """Where each data set lies; those that do not, together."""
    found = {name: locate(name) for name in REAL}
    rows = [(f"data {name}", str(folder), "") for name, folder in found.items() if folder]
    lost = [name for name in REAL if not found[name]]
    for names, mended in (([name for name in lost if name in SOURCES], "nanoae data fetch NAME"),
                          ([name for name in lost if name not in SOURCES],
                           f"put their files into {folders() / 'NAME'}, or set NANOAE_DATA to the folder with them")):
        if names:
            rows.append(("data (optional)", f"not found, embedded data stand in: {', '.join(names)}", mended))
    return rows


def processor():
    """The processor's name, as Linux, macOS or Windows give it; where they do not, what kind it is."""
    names = []
    with suppress(OSError, subprocess.SubprocessError):
        if sys.platform == "darwin":
            names = [subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True,
                                    timeout=5).stdout.strip()]
        elif sys.platform != "win32":
            with open("/proc/cpuinfo") as info:
                names = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    return next(filter(None, [*names, platform.processor()]), platform.machine())


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def rungs():
    """The rungs that can be imported here, the default first."""
    from .backend import RUNGS, resolve
    usable = []
    for name in reversed(RUNGS):
        try:
            resolve(name)
            usable.append(name)
        except ImportError:
            pass
    return ", ".join(usable) + ("; numba is the default" if "numba" in usable else "")


def threading_layer():
    """Which library runs the compiled loops in parallel, known once one has run."""
    try:
        import numba
        import numpy as np

        from .kernels import numba as kernels
    except ImportError:
        return "threading layer", "none without numba", "pip install numba"
    x = np.zeros(1, np.float32)
    kernels.relu_forward(x, out=x)
    layer = numba.threading_layer()
    slow = "pip install tbb, or install libgomp, for quicker starts of parallel loops" if layer == "workqueue" else ""
    return "threading layer", f"{layer}, {numba.get_num_threads()} threads", slow


def compiled_kernels():
    """What the compiled rung is cut for, and where its kernels are kept."""
    try:
        from .kernels.numba import disk, host
    except ImportError:
        return []
    kept = disk.folder()
    registers = f"{host.NAME}: {host.COUNT} of {host.BYTES} bytes; {host.LANES} samples in a block"
    return [("vector registers", registers, ""),
            ("compiled kernels", f"kept in {kept}" if kept else "not kept: compiled by every process",
             "" if kept else "set NANOAE_CACHE to a folder that only this user can write")]


def matrix_libraries():
    """The libraries behind NumPy's matrix products, with their threads."""
    try:
        import threadpoolctl
    except ImportError:
        return []
    return [("matrix library", f"{pool['internal_api']} {pool['version']} ({pool.get('architecture', 'unknown')}), "
             f"{pool['num_threads']} threads", "") for pool in threadpoolctl.threadpool_info()
            if pool["user_api"] == "blas"] or [("matrix library", "unknown", "")]


def device():
    """Is there a GPU for --backend cupy, and if not, why?"""
    wrong = gpu.trouble()
    if wrong:
        driver = Path("/proc/driver/nvidia/version").exists()    # without one there is nothing to mend
        return "GPU (optional)", f"not used: {wrong[0]}", wrong[1] if driver else ""
    import cupy
    return "GPU (optional)", cupy.cuda.runtime.getDeviceProperties(0)["name"].decode() + ": --backend cupy", ""


def space(what, path):
    """Free bytes where `path` is or would be made."""
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free
    return what, f"{free / (1 << 30):.1f} GiB at {path}", "" if free > LITTLE else "make room: a run needs about 2 GiB"


def report():
    """Prints the findings as a table; returns 0, or 1 where something needed is missing."""
    rows = findings()
    try:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table
    except ImportError:    # which is one of the findings
        print(*("  ".join(filter(None, row)) for row in rows), sep="\n")
    else:
        table = Table(title="nanoae doctor", show_lines=False)
        for heading in ("what", "found", "to mend it"):
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*map(escape, row))
        Console().print(table)
    return 1 if any(state == "missing" for _, state, _ in rows) else 0
