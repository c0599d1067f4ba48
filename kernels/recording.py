"""Writing down kernel calls, so that a walk through the layers can be repeated without the walk.

    with recording() as calls:
        ...                                    kernels run, and each call is written down
    repeat(calls)                              the same calls on the same arrays: the same bits

A recording inside another is written down in both.
"""
from contextlib import contextmanager
from functools import wraps

calls: list | None = None    # of (kernel, arguments), while a recording is on


@contextmanager
def recording():
    """Kernel calls inside `with` run and are appended to the list that is given."""
    global calls
    before, calls = calls, []
    try:
        yield calls
    finally:
        inside, calls = calls, before
        note(inside)


def note(some):
    """Calls that are carried out otherwise join the recording that is on, if any."""
    if calls is not None:
        calls.extend(some)


def apart(act):
    """act(), which is written down already: what kernels it calls are not."""
    global calls
    written, calls = calls, None
    try:
        return act()
    finally:
        calls = written


def recorded(kernel):
    """The kernel, its calls (positional arguments only) written down while a recording is on, but not those inside."""
    @wraps(kernel)
    def call(*arguments):
        if calls is None:
            return kernel(*arguments)
        apart(lambda: kernel(*arguments))
        calls.append((kernel, arguments))

    call.recorded = True    # type: ignore[attr-defined]
    return call
