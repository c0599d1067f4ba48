"""Walking a run of layers: forward up, backward down to the lowest layer that anything was asked of.

    x -> leaf 0 -> leaf 1 -> ... -> y            each leaf's x and y stay in its slot of the cache
    dx <- leaf 0 <- leaf 1 <- ... <- dy          gradients alternate between two buffers of the cache

Fused neighbours: the layer below may have stored its result through this activation already, the layer above may have
multiplied its input gradient with this activation's derivative. That holds between layers of the part that runs: what
stands outside does none of its work, so a layer alone computes alone.
"""


def up(part, x, cache):
    """Forward through the part's leaves; returns the last y."""
    for leaf in part.leaves:
        x = forward(leaf, x, cache, leaf.fusion.within(part, leaf))
    return x


def forward(leaf, x, cache, fusion):
    """One layer: computed, skipped, or already stored by the layer below."""
    c = cache[leaf]
    c.x = x
    if leaf.identity or leaf.skips(c.seen):
        c.y = x
    elif is_view(leaf):
        c.y = x.reshape(leaf.kernels.storage(cache.n, leaf.out_shape))
    elif fusion.activated_by is not None:
        cache[fusion.activated_by].y = None
        c.y = x
    else:
        c.store_y = fusion.activates
        c.y = c.keep("y", leaf.out_shape)
        c.carry_out("compute")
    return c.y


def down(part, dy, cache, need_dx, need_dw, derived=False):
    """Backward through the leaves that something was asked of; returns dx of the lowest of them.

    derived: dy has passed the top layer, an activation, already.
    """
    for leaf, wants_dx, wants_dw in asked(part, need_dx, need_dw):
        if derived and leaf is part.leaves[-1]:
            continue
        dy = backward(leaf, dy, cache, leaf.fusion.within(part, leaf), wants_dx, wants_dw)
    return dy


def backward(leaf, dy, cache, fusion, wants_dx, wants_dw):
    """One layer: the halves that are wanted, or dy as it is where there is nothing left to do."""
    c = cache[leaf]
    if leaf.skips(c.seen) or fusion.derived_by is not None:
        return dy
    if is_view(leaf):
        return dy.reshape(leaf.kernels.storage(cache.n, leaf.in_shape))
    c.dy, c.has_dw = dy, wants_dw
    if wants_dw:
        c.carry_out("weight_grad")
    if wants_dx:
        c.store_dx = fusion.derives and (*fusion.derives[:2], c.x)    # the activation's output is this layer's input
        c.dx = cache.gradient(leaf.in_shape)
        c.carry_out("input_grad")
        return c.dx
    return dy


def is_view(leaf):
    """Is the layer's output its input's memory in another shape?"""
    return leaf.reshapes and leaf.kernels_only and not hasattr(leaf.kernels, "reshape")


def asked(part, need_dx, need_dw):
    """The layers that backward visits, from the top: (leaf, wants dx?, wants dW?)."""
    wanted = wanted_leaves(part, need_dw)
    lowest = next((i for i, leaf in enumerate(part.leaves) if leaf in wanted), len(part.leaves))
    for i in reversed(range(len(part.leaves))):
        if not need_dx and i < lowest:
            return
        yield part.leaves[i], need_dx or i > lowest, part.leaves[i] in wanted


def wanted_leaves(part, need_dw):
    """The layers whose parameter gradients need_dw (True, False or a piece of the part) asks for."""
    if need_dw is False:
        return ()
    piece = part if need_dw is True else need_dw
    leaves = getattr(piece, "leaves", ())
    if not leaves or any(leaf not in part.leaves for leaf in leaves):
        raise ValueError(f"need_dw is True, False or a part of {part.label()}; {piece!r} is none of these")
    return tuple(leaf for leaf in leaves if leaf.parameters)
