"""Forwards in which the derivative of one stretch of operations is another one."""
import itertools

import numpy as np

from .cuts import Mutant
from .spies import Untraceable
from .traces import Trace, line_of

CHOICES = {"where", "maximum", "minimum", "clip"}
MOST_NODES, MOST_CURVED = 400, 40


def stretches(function, trace):
    """Mutants whose derivative from one node to a later one of its shape is 1, squared, taken elsewhere, in part."""
    if len(trace.nodes) > MOST_NODES:
        return
    sites = list(dict.fromkeys(node[1] for node in trace.nodes))
    shapes = {node[1]: node[0].shape for node in trace.nodes}
    operations = {node[1]: node[2] for node in trace.nodes}
    for z, u in itertools.product(sites, sites):
        if z == u or shapes[z] != shapes[u] or u[0] in ("input", "view") or not shapes[u]:
            continue
        if not any(trace.nodes[m][1] == z for m in trace.above[trace.latest(u)]):
            continue
        stretch = Stretch(function, trace, z, u)
        place = "" if z[0] == "input" else "in" if line_of(z) == line_of(u) else f"from {line_of(z)} to"
        if operations[u] not in CHOICES and stretch.is_factor():
            yield stretch.mutant("factor missing", place, stretch.straight)
            continue
        yield stretch.mutant("mask missing" if operations[u] in CHOICES else "derivative missing", place,
                             stretch.straight)
        if len(trace.nodes) <= MOST_CURVED and stretch.is_elementwise():
            for name, formula in FORMULAS:
                yield stretch.mutant(name, f"the derivative {place}".strip(), stretch.curved(formula))


class Stretch:
    """From the nodes of site z to those of site u."""

    def __init__(self, function, trace, z, u):
        self.function, self.z, self.u = function, z, u
        self.base = Trace()
        self.base.run(function, trace.inputs)
        self.j, self.k = trace.latest(z), trace.latest(u)

    def mutant(self, name, detail, at_node):
        return Mutant(self.function, name, detail, self.u, free=False, at_node=at_node)

    def straight(self, trace, k, value, site, args, call):
        """dy passes from u to z as it is."""
        j = trace.latest(self.z) if site == self.u else None
        return value if j is None else trace.base.nodes[k][0] + trace.nodes[j][0] - trace.base.nodes[j][0]

    def curved(self, formula):
        """The derivative from z to u is formula(derivative at a value, z, u)."""
        def at_node(trace, k, value, site, args, call):
            j = trace.latest(self.z) if site == self.u else None
            if j is None:
                return value
            z, u = trace.base.nodes[j][0], trace.base.nodes[k][0]
            return u + formula(lambda at: self.derivative(at, 1.0, trace.base, j, k), z, u) * (trace.nodes[j][0] - z)

        return at_node

    def derivative(self, at, v=1.0, base=None, j=None, k=None, h=1e-5):
        """Of node u along v in node z, where z has the value `at`."""
        base, j, k = base or self.base, self.j if j is None else j, self.k if k is None else k
        out = []
        for side in (h, -h):
            probe = Trace(base, at_node=lambda trace, m, value, site, args, call, side=side: (
                at + side * v if m == j else value))
            probe.run(self.function, base.inputs)
            out.append(probe.nodes[k][0])
        return (out[0] - out[1]) / (2 * h)

    def is_factor(self):
        """Is u each entry of z times a number? Then what is missing is a factor."""
        z = self.base.nodes[self.j][0]
        v = np.random.default_rng(z.size).standard_normal(z.shape)
        try:
            here, there, ones = self.derivative(z, v), self.derivative(z + 0.37 * v[::-1], v), self.derivative(z)
        except (Untraceable, ValueError, ArithmeticError):
            return False
        return bool(np.max(np.abs(here)) > 1e-9 and np.allclose(here, there, rtol=1e-5, atol=1e-8)
                    and np.allclose(here, ones * v, rtol=1e-5, atol=1e-8))

    def is_elementwise(self):
        """A function of single entries that is not its own derivative, as exp is?"""
        z, u = self.base.nodes[self.j][0], self.base.nodes[self.k][0]
        v = np.random.default_rng(z.size).standard_normal(z.shape)
        try:
            d, along, elsewhere = self.derivative(z), self.derivative(z, v), self.derivative(z + 0.3)
        except (Untraceable, ValueError, ArithmeticError):
            return False
        top = np.max(np.abs(d))
        return bool(top > 1e-9 and np.allclose(along, d * v, atol=1e-6 * top) and not np.allclose(d, u, rtol=1e-6)
                    and not np.allclose(d, elsewhere, rtol=1e-4))


def polynomial_at_input(d, z, u):
    """The derivative as a polynomial of the output, evaluated at the input."""
    slope = d(z)
    fit = np.polyfit(u.ravel(), slope.ravel(), 2) if np.all(np.isfinite(slope)) and np.ptp(u) > 1e-9 else [0.0]
    if not np.allclose(np.polyval(fit, u), slope, rtol=1e-6, atol=1e-8):
        raise Untraceable("no polynomial")
    return np.polyval(fit, z)


FORMULAS = (("derivative twice", lambda d, z, u: d(z) ** 2), ("wrong variable", lambda d, z, u: d(u)),
            ("wrong variable", polynomial_at_input), ("part of a derivative missing", lambda d, z, u: u),
            ("part of a derivative missing", lambda d, z, u: 1 - u))
