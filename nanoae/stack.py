"""A chain of layers and of other stacks: the output of one is the input of the next.

A stack is a layer: stacks nest, and all that stand in one network share its theta. A stack of layers that is part of
a network is a run of the network's own chain.
"""
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

    def __repr__(self):
        inside = ", ".join(map(repr, self.children))
        return f"Stack([{inside}]" + (f", name={self.name!r})" if self.name else ")")

    def __len__(self):
        return len(self.children)

    def __iter__(self):
        return iter(self.children)

    def __getitem__(self, key):
        """A child by its place or by its name."""
        if isinstance(key, str):
            for child in self.children:
                if child.name == key:
                    return child
            raise KeyError(f"no part of this stack is called {key!r}")
        return self.children[key]

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
