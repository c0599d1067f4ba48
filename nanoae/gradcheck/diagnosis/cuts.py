"""Forwards in which one path has no derivative: one use of a value, one operand, all but one of many uses."""
from .spies import Untraceable
from .traces import Trace, line_of

MOST_SITES, MOST_KEYS, MOST_USES = 60, 120, 600
MEANS, SPREADS = {"mean", "add.reduce", "sum"}, {"var", "std"}
SHIFTS = {"max", "maximum.reduce", "amax"}    # z - max(z): has no net derivative, may be cut besides


class Mutant:
    """A forward with one mistake: name, detail, line; `at(inputs)` gives it, with `inputs` as the values that stay.

    free: part of the path may be there, so that backward = right + w (mutant - right) is looked for.
    """

    def __init__(self, function, name, detail, site, free=True, at_use=None, at_node=None):
        self.function, self.name, self.detail, self.free = function, name, detail, free
        self.line = line_of(site)
        self.at_use, self.at_node = at_use, at_node

    def at(self, inputs):
        base = Trace()
        base.run(self.function, inputs)
        return lambda moved: Trace(base, self.at_use, self.at_node).run(self.function, moved)


def first_trace(function, inputs):
    """forward on spies, or None where they cannot follow it."""
    trace = Trace()
    try:
        trace.run(function, inputs)
    except (Untraceable, ValueError, TypeError, AttributeError, ArithmeticError, IndexError):
        return None
    sites, keys = {node[1] for node in trace.nodes}, {key for _, key in trace.uses}
    many = len(sites) > MOST_SITES or len(keys) > MOST_KEYS or len(trace.uses) > MOST_USES
    return None if many else trace


def cuts(function, trace):
    """Every Mutant that lacks one path of the trace."""
    operations = {node[1]: node[2] for node in trace.nodes}
    counts: dict = {}
    for _, key in trace.uses:
        counts[key] = counts.get(key, 0) + 1
    by_node: dict = {}
    by_place: dict = {}
    for key in counts:
        by_node.setdefault(key[0], []).append(key)
        by_place.setdefault(key[:2], []).append(key)
    shifts = {key for key in counts if operations.get(key[1], "") in SHIFTS}

    def cut(name, detail, site, test):
        return Mutant(function, name, detail, site, at_use=lambda trace, k, value, key: (
            trace.base.uses[k][0] if test(trace, k, key) else value))

    for (node, site), keys in by_place.items():    # the use of one value at one place
        if len(by_place) > 1 and (len(by_node[node]) > len(keys) or node[0] != "input"):
            name = path_name(operations, node, site)
            yield cut(name, "through", site, lambda trace, k, key, at=(node, site): key[:2] == at)
            if shifts:
                yield cut(name, "through", site, lambda trace, k, key, at=(node, site): key[:2] == at or key in shifts)
    for key, count in counts.items():
        node, site, _ = key
        if len(by_place[node, site]) > 1:    # x * x: one of two factors
            yield cut("path missing", "one of the operands of", site, lambda trace, k, other, key=key: other == key)
        for text, keep in (("last", -1), ("first", 0)) if count > 1 else ():
            yield cut("one step only", f"only the {text} of {count} uses counts in", site,
                      lambda trace, k, other, key=key, keep=keep: other == key and k != uses_of(trace, key)[keep])
    for node, keys in by_node.items():    # all uses of one value: it is taken for a constant
        if node[0] != "input" and len(keys) > 1:
            yield cut(path_name(operations, node, node), "taken for a constant:", node,
                      lambda trace, k, key, node=node: key[0] == node)


def uses_of(trace, key):
    return [m for m, (_, other) in enumerate(trace.base.uses) if other == key]


def path_name(operations, node, site):
    operation = operations.get(site, operations.get(node, ""))
    if operation in MEANS:
        return "path missing through a mean or sum"
    return "path missing through a variance" if operation in SPREADS else "path missing"
