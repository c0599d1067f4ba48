"""How many threads to compute with, found by trying: all, or one where other programs want the machine too.

Threads of a compiled loop wait for each other. Where another program has one of their cores, all of them wait for its
turn to end, and a step on two threads takes three times as long as on one. So a training tries the other number for a
few steps now and then, and keeps to the quicker one. The bits are the same for any number.
"""
import statistics
import time


class Threads:
    """Call `note(seconds)` after each step; `every`: seconds between two trials."""

    def __init__(self, every=2.0, clock=time.monotonic):
        import numba
        self.numba, self.clock, self.every = numba, clock, every
        self.most, self.current = numba.get_num_threads(), numba.get_num_threads()
        self.usual, self.tried = [], []    # seconds of the last steps, of those on trial
        self.trying, self.since = False, clock() - every    # the first trial comes at once

    def note(self, seconds):
        """Takes a step's time into account, and settles how many threads the next step has."""
        if self.most == 1:
            return
        if not self.trying:
            self.usual = [*self.usual[-8:], seconds]
            waited = self.clock() - self.since
            if len(self.usual) >= 8 and waited > self.every and waited > 60 * statistics.median(self.usual):
                self.trying, self.tried = True, []
                self.use(self.other)
            return
        self.tried.append(seconds)
        if len(self.tried) >= (3 if seconds < 0.05 else 1):
            if min(self.tried) < 0.95 * statistics.median(self.usual):
                self.current, self.usual = self.other, list(self.tried)
            self.trying, self.since = False, self.clock()
            self.use(self.current)

    @property
    def other(self):
        return 1 if self.current > 1 else self.most

    def use(self, threads):
        self.numba.set_num_threads(threads)

    def settle(self):
        """The number that was quicker up to now, for what comes between two epochs."""
        self.trying = False
        self.use(self.current)

    def restore(self):
        """All threads again, at the end of a training."""
        self.use(self.most)


class Fixed:
    """For rungs that compute as they do."""

    def note(self, seconds):
        """Nothing to settle."""

    def settle(self):
        """Nothing to settle."""

    def restore(self):
        """Nothing was changed."""
