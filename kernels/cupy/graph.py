"""A recording as a CUDA graph: launched as one, so that a step's kernels cost one call.

The first replay captures the recorded launches on a stream of the rung's own; later ones launch the graph. Nothing
else stands in it, so that nothing can be refused; the recording keeps every buffer alive, which CuPy's graph does not.
What a layer of people's own does is called between two graphs.
"""
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from typing import Any

from ..recording import apart, note, recording
from .launch import launch, xp

LAUNCH = launch.__wrapped__    # as it stands in a recording


@cache
def stream():
    """Where graphs are captured and launched: it does not wait for the default stream's turn, we do."""
    return xp.cuda.Stream(non_blocking=True)


@cache
def event(name):
    """Of two that are recorded anew at every launch."""
    return xp.cuda.Event(disable_timing=True)


class Program:
    """The kernel calls of one walk; `replay()` makes them again."""

    def __init__(self):
        self.calls: Any = ()
        self.pieces: Any = None    # graphs, and calls between them, made by the first replay

    def replay(self):
        note(self.calls)
        apart(self.carry_out)

    def carry_out(self):
        if self.pieces is None:
            self.pieces = [piece for launches, some in groupby(self.calls, lambda call: call[0] is LAUNCH)
                           for piece in ([captured(list(some))] if launches else [called(*call) for call in some])]
        for piece in self.pieces:
            piece()


def captured(calls):
    """A function that launches these calls as one graph."""
    with stream() as own:
        own.begin_capture()
        try:
            for kernel, arguments in calls:
                kernel(*arguments)
        finally:
            graph = own.end_capture()

    def launched():
        own, default = stream(), xp.cuda.get_current_stream()
        own.wait_event(default.record(event("before")))
        graph.launch(own)
        default.wait_event(own.record(event("after")))

    return launched


def called(function, arguments):
    return lambda: function(*arguments)


@contextmanager
def capture():
    """What kernels do inside `with`, done once more by `replay()` of the program that is given."""
    program = Program()
    with recording() as program.calls:
        yield program
