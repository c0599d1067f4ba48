"""A recording as a program, so that a step costs one call from Python and not one for each kernel.

    kernel   kernel   kernel      their arguments written into blocks of plain numbers: one compiled loop runs them all
    a layer of one's own          called from Python; so is a borrowed kernel
    kernel   kernel               the next loop

Threads have to wait for each other at every kernel. A program of small kernels loses more by that than it gains, so the
first replays are timed, with all threads and with one. The bits are the same.
"""
import time
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import numpy as np
from numba import get_num_threads, set_num_threads

from ..recording import apart, note, recording
from .doors import block_of, door, loop

TRIALS = 6    # replays that are timed, every other one with one thread


@contextmanager
def capture():
    """What kernels do inside `with`, done once more by `replay()` of the program that is given."""
    program = Program()
    with recording() as calls:
        yield program
    program.calls = calls


class Program:
    """The kernel calls of one walk. `replay()` makes them again: the same arrays, the same bits."""

    def __init__(self, calls=()):
        self.calls = calls
        self.pieces: Any = None    # made by the first replay
        self.alone = False    # is one thread quicker than all of them?
        self.least = {False: np.inf, True: np.inf}    # seconds with all threads, with one
        self.trials = 0

    def replay(self):
        """All calls, in their order; raises what a Python function among them raises."""
        note(self.calls)
        apart(self.carry_out)

    def carry_out(self):
        if self.pieces is None:
            self.pieces = [piece for compiled, some in groupby(self.calls, is_compiled)
                           for piece in ([Loop(list(some))] if compiled else [Call(*call) for call in some])]
        most = get_num_threads()
        if most == 1 or self.trials == TRIALS:
            return self.run(most, self.alone)
        alone, began = self.trials % 2 == 1, time.perf_counter()
        self.run(most, alone)
        self.least[alone] = min(self.least[alone], time.perf_counter() - began)
        self.alone, self.trials = self.least[True] < self.least[False], self.trials + 1

    def run(self, most, alone):
        if not alone or most == 1:
            for piece in self.pieces:
                piece.run()
            return
        set_num_threads(1)
        try:
            for piece in self.pieces:
                piece.run()
        finally:
            set_num_threads(most)


class Loop:
    """Compiled kernels in a row. table (count, 2) of int64: the addresses of doors and blocks."""

    def __init__(self, calls):
        self.calls = calls    # which hold the arrays
        self.blocks = [block_of(*call) for call in calls]
        self.table = np.array([(door(kinds), block.ctypes.data) for kinds, block in self.blocks])
        self.address, self.loop = self.table.ctypes.data, loop()

    def run(self):
        if self.loop(self.address, len(self.table)):
            raise RuntimeError(f"a kernel failed, one of {', '.join(kernel.__name__ for kernel, _ in self.calls)}")


class Call:
    """A Python function."""

    def __init__(self, function, arguments):
        self.function, self.arguments = function, arguments

    def run(self):
        self.function(*self.arguments)


def is_compiled(call):
    return hasattr(call[0], "overloads")
