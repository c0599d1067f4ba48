"""Ctrl-C between two steps: the signal is noted, and acted on where everything can be saved."""
import signal
from contextlib import contextmanager

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Interrupted(Exception):
    """The run was asked to stop (Ctrl-C, SIGTERM or SIGHUP) and has been saved; the text says how to go on."""


class Asked:
    """True once the run was asked to stop."""

    def __init__(self):
        self.stop = False


@contextmanager
def noted_interrupts():
    """Inside `with`, the first of them only sets `stop`; a second one ends the program at once."""
    asked = Asked()
    before: dict = {}

    def note(number, frame):
        asked.stop = True
        signal.signal(number, before[number])

    try:
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:    # a parent, nohup say, wants it ignored
                before[number] = signal.signal(number, note)
    except ValueError:    # not in the main thread: nothing to note there
        before.clear()
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
