"""Fusion: who does whose work, where the layers of one stack run fused.

    Conv2d, ReLU     the convolution stores its result through the activation
    ReLU, Conv2d     the convolution stores its input gradient times the activation's derivative
    Sigmoid, loss    the loss stores its gradient times the last activation's derivative
"""
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any


@dataclass
class Fusion:
    """What one layer does for its neighbours, as (kernel name, its parameters, None), and what they do for it."""

    activates: tuple | None = None    # the activation above, through which its result is stored
    derives: tuple | None = None    # the activation below, times whose derivative its input gradient is stored
    activated_by: Any = None    # the layer below, which stores through this activation
    derived_by: Any = None    # the layer above, which multiplies with this activation's derivative
    loss_derives: bool = False    # does a loss multiply with this activation's derivative?

    def within(self, part, leaf):
        """What is left of it where only the part's layers run: nothing crosses the part's edges."""
        edge: dict[str, Any] = {}
        if leaf is part.leaves[0]:
            edge |= {"activated_by": None, "derives": None}
        if leaf is part.leaves[-1]:
            edge |= {"activates": None, "derived_by": None}
        return replace(self, **edge) if edge else self


def fuse_neighbours(stack, fuses):
    """Settles the Fusion of the layers of one stack: never across its edge. fuses: what the rung can store."""
    children = getattr(stack, "children", ())    # a layer has none
    for below, above in pairwise(children):
        if stores(below) and can_be_stored(above, fuses):
            below.fusion.activates, above.fusion.activated_by = (*above.activation, None), below
        if stores(above) and can_be_stored(below, fuses):
            above.fusion.derives, below.fusion.derived_by = (*below.activation, None), above
    if children and children[-1] is stack.leaves[-1]:
        last = children[-1]
        last.fusion.loss_derives = can_be_stored(last, fuses)


def can_be_stored(layer, fuses):
    """Is this an activation that a neighbour's kernel can write through?"""
    return layer.activation is not None and layer.activation[0] in fuses and layer.kernels_only


def stores(part):
    """Can this layer's kernels write their results through a neighbour's activation? (A stack's cannot.)"""
    return getattr(part, "stores", False) and part.kernels_only
