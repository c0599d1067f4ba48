"""One call of forward on spies, written down, so that one path of the chain rule can be cut in another call.

A Trace holds every operation, a node, and every use of a node's value; each has a site, the lines of code that led to
it. A second Trace stands on a first one, its base: told to take at one site the base's value (that path has then no
derivative), or another node's, it computes what a backward with exactly this mistake is the derivative of.
"""
import itertools
import linecache
import os
import sys
from typing import Any

import numpy as np

from ..arrays import copied
from .spies import Spy, Untraceable

OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LONGEST = 3000    # nodes


class Trace:
    """base: the trace that values are taken from; at_use, at_node: what is changed (None: nothing)."""

    def __init__(self, base=None, at_use=None, at_node=None):
        self.base, self.at_use, self.at_node = base, at_use, at_node
        self.nodes, self.uses, self.args, self.above = [], [], [], []    # nodes: (value, site, operation)

    def run(self, function, inputs):
        """forward's output on spies, as an array."""
        self.inputs = inputs
        handed = [self.add(np.array(value), ("input", k), "input") if k in function.checked else copied(value)
                  for k, value in enumerate(inputs)]
        with np.errstate(all="ignore"):
            y = function.pull(handed)[0]
        return np.array(y.value if isinstance(y, Spy) else y, float)

    def site(self):
        """The lines of the user's code that are being carried out, innermost first."""
        frame: Any = sys._getframe(2)
        found = []
        while frame is not None and frame.f_code is not Trace.run.__code__:
            name = frame.f_code.co_filename
            if not name.startswith(OURS) and "/numpy/" not in name:
                found.append((name, frame.f_lineno, frame.f_lasti))
            frame = frame.f_back
        return tuple(found) or (("forward", 0, 0),)

    def add(self, value, site, operation, args=(), call=None, parents=()):
        k, value = len(self.nodes), np.asarray(value)
        if self.at_node is not None and self.base is not None:
            value = self.at_node(self, k, value, site, args, call)
        self.nodes.append((value, site, operation))
        self.args.append(args)
        self.above.append(set(parents).union(*(self.above[m] for m in parents)))
        return Spy(self, k, value)

    def use(self, spy, site, position):
        """The value that this use of a node gets."""
        k, key, value = len(self.uses), (self.nodes[spy.node][1], site, position), spy.value
        self.uses.append((spy.value, key))
        return self.at_use(self, k, value, key) if self.at_use is not None and self.base is not None else value

    def call(self, operation, f, args):
        site, position, parents = self.site(), itertools.count(), []
        if len(self.nodes) > LONGEST:
            raise Untraceable("too long")

        def resolved(value):
            if isinstance(value, Spy):
                parents.append(value.node)
                return self.use(value, site, next(position))
            if isinstance(value, tuple | list) and any(isinstance(one, Spy) for one in value):
                return type(value)(map(resolved, value))
            return value

        plain = [resolved(value) for value in args]
        seen = [k for k, value in enumerate(args) if isinstance(value, Spy)]
        if len(seen) == 1 and args[seen[0]].value.shape != self.nodes[args[seen[0]].node][0].shape:
            part = self.add(plain[seen[0]], ("view", *site), "view", parents=parents)    # a part, a value of its own
            plain[seen[0]], parents = part.value, [part.node]
        result = f(*plain)
        if isinstance(result, tuple):
            raise Untraceable("several results")
        return self.add(result, site, operation, plain, f, parents) if np.asarray(result).dtype.kind == "f" else result

    def latest(self, site):
        """The last node made at a site, or None."""
        return next((j for j in range(len(self.nodes) - 1, -1, -1) if self.nodes[j][1] == site), None)


def line_of(site):
    """The line of the user's code that a site stands for: 'line 7: y = x @ W'."""
    if site[0] == "input":
        return "an input"
    name, line, _ = site[1] if site[0] == "view" else site[0]
    return f"line {line}: {linecache.getline(name, line).strip()[:80]}"
