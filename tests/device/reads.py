"""Looks from the host into a device's memory: counted, by what and where; refused while a stream is captured."""
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READS: Counter = Counter()    # (what, "file:line") -> how often
OURS = ("/tests/device/", "/nanoae/arrays.py")    # not the reader, but the way that it took
capture_is_on = False


@contextmanager
def capturing(on=True):
    global capture_is_on
    before, capture_is_on = capture_is_on, on
    try:
        yield
    finally:
        capture_is_on = before


def place():
    """file:line of whoever asked, in the package or in a test."""
    frame = sys._getframe(1)
    while frame.f_back and (any(word in frame.f_code.co_filename for word in OURS)
                            or not frame.f_code.co_filename.startswith(str(ROOT))
                            or "/.venv/" in frame.f_code.co_filename):
        frame = frame.f_back
    return f"{frame.f_code.co_filename.removeprefix(str(ROOT) + '/')}:{frame.f_lineno}"


def read(what):
    refuse_in_capture(what)
    READS[what, place()] += 1


def refuse_in_capture(what):
    if capture_is_on:
        raise RuntimeError(f"{what} is not permitted while the stream is capturing, at {place()}")
