"""Walks through the layers that need not be walked again: their kernel calls, kept, and what they left behind.

    capture    the rung's word: what kernels do inside `with capture() as program`
    replay     program.replay() does it once more, on the same arrays

A tape is known by its name and by all that could change the walk. A walk inside another is kept in both, so that an
evaluation, forward, loss, penalties and backward, is one program.
"""
from typing import Any, NamedTuple

MOST = 64    # tapes that are kept; the oldest goes first


class Tape(NamedTuple):
    """A walk: its program, what it returned, and what it left in the cache and in the slots."""

    program: Any
    result: Any
    of_cache: dict
    of_slots: tuple


class Tapes:
    """The tapes of one cache. On a rung that captures nothing every walk is walked."""

    def __init__(self, cache):
        self.cache = cache
        self.capture: Any = getattr(cache.kernels, "capture", None)
        self.kept: dict = {}
        self.programs: dict = {}
        self.standing: Any = None    # the tape whose walk the slots show

    def replay(self, name, key, walk):
        """The result of walk(); walked with this name and key before, its kernel calls are repeated instead."""
        if self.capture is None:
            return walk()
        tape = self.kept.get((name, key))
        if tape is None:
            return self.record((name, key), walk)
        self.put_back(tape)
        tape.program.replay()
        return tape.result

    def record(self, key, walk):
        before = self.cache.state()
        with self.capture() as program:
            result = walk()
        changed = {name: value for name, value in self.cache.state().items() if value is not before[name]}
        if len(self.kept) >= MOST:
            del self.kept[next(iter(self.kept))]
        slots = tuple((slot, vars(slot).copy()) for slot in self.cache.slots.values())
        self.kept[key] = self.standing = Tape(program, result, changed, slots)
        return result

    def again(self, key, act):
        """act(); after the first time, the kernel calls that it made. They leave nothing in the cache and its slots."""
        if self.capture is None:
            act()
        elif key in self.programs:
            self.programs[key].replay()
        else:
            with self.capture() as program:
                act()
            if len(self.programs) >= MOST:
                del self.programs[next(iter(self.programs))]
            self.programs[key] = program

    def put_back(self, tape):
        """Shows in the cache what the tape's walk changed there (what came before it, the input of a forward, is new),
        and in the slots what it left."""
        vars(self.cache).update(tape.of_cache)
        if self.standing is not tape:
            for slot, values in tape.of_slots:
                vars(slot).update(values, drawn=slot.drawn)
            self.standing = tape
