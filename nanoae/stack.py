"""A chain of layers and of other stacks: the output of one is the input of the next.

A stack is a layer: stacks nest, and all that stand in one network share its theta. A stack of layers that is part of
a network is a run of the network's own chain, and so is a slice of its children.
"""
from .backend import Backend
from .building import attach
from .part import Part


class Stack(Part):
    """A chain of parts. `name` names it in the network: `encoder.0.W`.

    >>> import numpy as np
    >>> from nanoae.layers import Linear, ReLU
    >>> net = Stack([Linear(4, 3), ReLU(), Linear(3, 2)]).build((4,), backend="numpy", rng=np.random.default_rng(0))
    >>> y, cache = net.forward(np.ones((5, 4)))
    >>> dx = net.backward(np.ones_like(y), cache)
    >>> y.shape, dx.shape, net.grad.shape
    ((5, 2), (5, 4), (23,))
    """

    fused = True
    activation = None

    def __init__(self, children, name=None):
        children = tuple(children)
        if not children:
            raise ValueError("a Stack holds at least one layer")
        for child in children:
            if not isinstance(child, Part):
                raise ValueError(f"a Stack holds layers and stacks; {child!r} is neither")
        names = [child.name for child in children if child.name is not None]
        if len(set(names)) < len(names):
            raise ValueError(f"two parts of a Stack have the same name: {', '.join(names)}")
        if name is not None and (not str(name).isidentifier()):
            raise ValueError(f"a Stack's name is a word such as 'encoder', not {name!r}")
        self.children, self.name = children, name
        self.leaves = tuple(leaf for child in children for leaf in child.leaves)
        self.runs: dict = {}    # parts that were asked for, by what was said

    def __repr__(self):
        inside = ", ".join(map(repr, self.children))
        return f"Stack([{inside}]" + (f", name={self.name!r})" if self.name else ")")

    def __len__(self):
        return len(self.children)

    def __iter__(self):
        return iter(self.children)

    def __getitem__(self, key):
        """A child by its place or by its name, or a run of children, net[2:5], which is a Stack of the same layers: of
        a built stack it is a part to train, freeze, run or clone."""
        if isinstance(key, slice):
            return self.run(*key.indices(len(self.children)))
        if isinstance(key, str):
            for child in self.children:
                if child.name == key:
                    return child
            raise KeyError(f"no part of this stack is called {key!r}")
        return self.children[key]

    def run(self, start, stop, step):
        """The children from start to stop; of a built stack, the same part whenever it is asked for."""
        if step != 1:
            raise ValueError(f"a run of layers has step 1; got {step}")
        if self.network is None:
            return Stack(self.children[start:stop])
        return self.part_of((start, stop), self.children[start:stop])

    def between(self, first, last):
        """The layers from one part of a built stack to another, across the stacks that they stand in: a part, the same
        whenever it is asked for. Raises ValueError where they do not stand in this order here."""
        self.require_built()
        places = [self.leaves.index(leaf) if leaf in self.leaves else -1 for leaf in (first.leaves[0], last.leaves[-1])]
        if not 0 <= places[0] <= places[1]:
            raise ValueError(f"{first!r} and {last!r} do not stand in this order in {self.label()}")
        return self.part_of(tuple(places), self.leaves[places[0]:places[1] + 1], "between")

    def part_of(self, key, children, kind="run"):
        """The part of the network that some of its neighbouring layers are, made at the first call."""
        if (kind, key) not in self.runs:
            part = Stack(children)
            vectors = self.network.theta, self.network.grad, self.network.running
            attach(part, self.network, vectors, Backend(self.backend, self.xp, self.kernels), self.dtype)
            self.runs[kind, key] = part
        return self.runs[kind, key]

    def replaced(self, path, part):
        """An unbuilt clone with `part` where the layer or stack called `path` stood: net.replaced("encoder.9",
        Linear(64, 10)). Raises KeyError for a path that leads nowhere."""
        head, _, rest = path.partition(".")
        names = [child.name or str(i) for i, child in enumerate(self.children)]
        if head not in names or (rest and not isinstance(self.children[names.index(head)], Stack)):
            raise KeyError(f"no part of this stack is called {path!r}; there are {', '.join(names)}")
        clones = [child.clone() for child in self.children]
        at = names.index(head)
        clones[at] = self.children[at].replaced(rest, part) if rest else part
        return Stack(clones, name=self.name)

    def walk(self):
        """This stack and everything inside it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def paths(self):
        for i, child in enumerate(self.children):
            prefix = child.name or str(i)
            for path, leaf in child.paths():
                yield f"{prefix}.{path}" if path else prefix, leaf

    def copy_unbuilt(self):
        return Stack([child.clone() for child in self.children], name=self.name)
