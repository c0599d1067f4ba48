"""Ctrl-C between two steps: the signal is noted, and acted on where everything can be saved."""
import signal
from contextlib import contextmanager

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Interrupted(Exception):
    """The run was asked to stop (Ctrl-C, SIGTERM or SIGHUP) and has been saved; the text says how to go on."""


class StopRequest:
    """`requested` is True once the run was asked to stop; others, in other processes, see it by the file at `path`."""

    def __init__(self, path=None):
        self.requested, self.path = False, path

    def note(self):
        self.requested = True
        if self.path is not None:
            self.path.touch()


@contextmanager
def noted_interrupts(path=None):
    """Inside `with`, the first of the signals only notes a StopRequest; a second one ends the program at once."""
    stop = StopRequest(path)
    before: dict = {}

    def note(number, frame):
        signal.signal(number, before[number])
        stop.note()

    try:
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:    # a parent, nohup say, wants it ignored
                before[number] = signal.signal(number, note)
    except ValueError:    # not in the main thread: nothing to note there
        before.clear()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
