"""Forwards in which the derivative of a product works with another operand than the one meant."""
import numpy as np

from .cuts import Mutant
from .traces import line_of

BILINEAR = {"matmul", "multiply", "dot", "einsum"}


def operands(function, trace):
    """Mutants in which one factor of a product works with another operand than the one meant."""
    for u in dict.fromkeys(node[1] for node in trace.nodes):
        k = next(m for m, node in enumerate(trace.nodes) if node[1] == u)
        arrays = [a for a in trace.args[k] if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
        if trace.nodes[k][2] not in BILINEAR or len(arrays) != 2:
            continue
        for position, w in enumerate(arrays):
            for name, detail, f in instead_of(w, trace):
                def other(now, m, value, site, args, call, u=u, position=position, f=f):
                    return value if site != u else with_operand(now, m, args, call, position, f)

                yield Mutant(function, name, f"{detail} in", u, free=False, at_node=other)


def instead_of(w, trace):
    """(name, detail, f(operand, trace)): what may stand in an operand's place."""
    if w.ndim >= 2 and w.shape[-1] == w.shape[-2]:
        yield "operand transposed", "an operand transposed", lambda w, now: np.swapaxes(w, -1, -2)
    if w.ndim >= 4:
        yield "flipped kernel", "an operand turned by 180 degrees", lambda w, now: np.flip(w, (-1, -2))
    if np.max(np.abs(w - 1), initial=0) > 1e-6:
        yield "factor missing", "an operand taken to be 1", lambda w, now: np.ones_like(w)
    for site in dict.fromkeys(node[1] for node in trace.nodes):
        value = trace.nodes[trace.latest(site)][0]
        if value.shape == w.shape and w.size > 1 and not np.array_equal(value, w):
            yield ("wrong variable", f"the value of {line_of(site)} as operand",
                   lambda w, now, site=site: now.base.nodes[now.base.latest(site)][0])


def with_operand(now, k, args, call, position, f):
    """The product whose other factor's derivative works with f(w) in w's place; the value stays."""
    base = now.base.args[k]
    spots = [m for m, a in enumerate(args) if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
    w, z = spots[position], spots[1 - position]

    def product(z_value, w_value):
        given = list(args)
        given[z], given[w] = z_value, w_value
        return call(*given)

    other = f(base[w], now)
    moved = product(args[z], other) - product(base[z], other)
    return now.base.nodes[k][0] + moved + product(base[z], args[w]) - product(base[z], base[w])
