"""Writing a file whole: beside its place, flushed to disk, then renamed."""
import os
import time
from pathlib import Path

PART = ".nanoae-part"    # ends the name of what is not written whole yet
ATTEMPTS = 40    # two seconds
refused_for_a_while = os.name == "nt"    # does the system refuse a rename over a file that is open?


def write_whole(path, content):
    """Puts bytes where a file is or will be; what was there stays until all is written. Raises OSError, leaving nothing
    half-written behind."""
    path = Path(path)
    part = path.with_name(f".{path.name}{PART}")
    if not path.parent.is_dir():
        raise FileNotFoundError(2, "there is no such folder", str(path.parent))
    try:
        part.unlink(missing_ok=True)    # another process's leftover, or a link that would be written through
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def replace(part, path):
    """Renames over what is there, if need be once nobody reads that any more."""
    for attempt in range(ATTEMPTS):
        try:
            os.replace(part, path)
            return
        except PermissionError:
            if not refused_for_a_while or attempt == ATTEMPTS - 1:
                raise
            time.sleep(0.05)
