"""`nanoae doctor`: what this machine has, and what to install where something is missing."""
import os
import platform

from .data import REAL
from .data.catalog import folders, locate
from .versions import package, versions

NEEDED = ("numpy", "numba", "matplotlib", "pooch", "safetensors", "rich", "scikit-learn", "Pillow")


def findings():
    """(what, state, what to do or '') for every line of the report."""
    rows = [("nanoae", versions()["nanoae"], ""),
            ("python", platform.python_version(), ""),
            ("processor", f"{processor()}, {len(os.sched_getaffinity(0))} cores for this process", "")]
    for name in NEEDED:
        found = package(name)
        rows.append((name, found or "missing", "" if found else f"pip install {name}"))
    torch = package("torch")
    rows.append(("torch (optional)", torch or "not installed: parity tests are skipped",
                 "" if torch else "pip install 'nanoae[torch]'"))
    rows.append(("rungs", rungs(), ""))
    for name in REAL:
        folder = locate(name)
        rows.append((f"data {name}", str(folder) if folder else "not found: recipes use embedded data",
                     "" if folder else f"put its four files into {folders() / name}, or set NANOAE_DATA"))
    return rows


def processor():
    """The processor's name as Linux gives it."""
    try:
        with open("/proc/cpuinfo") as info:
            names = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
        return names[0] if names else platform.machine()
    except OSError:
        return platform.machine()


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
    return f"{', '.join(usable)}; {usable[0]} is the default" if usable[0] == "numba" else ", ".join(usable)


def report(console):
    """Prints the findings as a table; returns 0, or 1 where something needed is missing."""
    from rich.table import Table
    table = Table(title="nanoae doctor", show_lines=False)
    for heading in ("what", "found", "to mend it"):
        table.add_column(heading, overflow="fold")
    rows = findings()
    for row in rows:
        table.add_row(*row)
    console.print(table)
    return 1 if any(state == "missing" for _, state, _ in rows) else 0
