"""A line for people, on standard error; where nobody listens, nothing."""
import sys
from contextlib import suppress


def say(text):
    """Prints the text, unless standard error was closed, is full, or its reader has left."""
    if sys.stderr is not None:    # print would take standard output in its place
        with suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)
