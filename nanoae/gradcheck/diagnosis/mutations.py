"""Named mistakes: what backward may have done to dy, to an input, or to its result."""
import itertools

import numpy as np

from .shapes import groups


def of_dy(p):
    """(name, detail, f(dy)): backward's dy is another one."""
    y = p.y
    for k in range(y.ndim):
        if y.shape[k] > 1:
            what = "one sample only" if k == 0 else "one position only"
            yield what, f"only the last along axis {k} of y counts", lambda dy, k=k: one_only(dy, k, -1)
            yield what, f"only the first along axis {k} of y counts", lambda dy, k=k: one_only(dy, k, 0)
            yield "axis flipped", f"dy reversed along axis {k}", lambda dy, k=k: np.flip(dy, k)
            for s in (1, -1):
                yield "shifted", f"dy moved by {s} along axis {k}", lambda dy, k=k, s=s: np.roll(dy, s, k)
    if y.ndim == 2 and y.shape[0] == y.shape[1]:
        yield "transposed", "dy transposed", np.transpose
    for axes in groups(y.ndim):
        yield ("wrong axis", f"dy summed over axes {axes} first",
               lambda dy, axes=axes: dy.sum(axes, keepdims=True) + 0 * dy)


def of_dy_bent(p):
    """(name, detail, f(dy)) that are not linear in dy."""
    yield "mask from dy", "dy > 0 decides, not the input", lambda dy: dy * (dy > 0)
    yield "mask from dy", "dy < 0 decides, not the input", lambda dy: dy * (dy < 0)
    yield "upstream ignored", "dy is taken to be 1", np.ones_like


def one_only(dy, axis, index):
    out = np.zeros_like(dy)
    at = [slice(None)] * dy.ndim
    at[axis] = index
    out[tuple(at)] = dy[tuple(at)]
    return out


def of_input(p, j):
    """(name, detail, f(x, point)): what stands in place of input j."""
    x, own, spatial = p.x(j), p.names[j], max(1, p.y.ndim - 2)
    if x.ndim > spatial and x.ndim >= 3:
        axes = tuple(range(x.ndim - spatial, x.ndim))
        yield "flipped kernel", f"{own} turned by 180 degrees", lambda x, p, axes=axes: np.flip(x, axes)
    for k in range(x.ndim):
        yield "axis flipped", f"{own} reversed along axis {k}", lambda x, p, k=k: np.flip(x, k)
        yield "index off by one", f"{own} moved along axis {k}", lambda x, p, k=k: np.roll(x, 1, k)
        yield "index off by one", f"{own} moved back along axis {k}", lambda x, p, k=k: np.roll(x, -1, k)
    if x.ndim >= 2 and x.shape[-1] == x.shape[-2]:
        yield ("operand transposed" if x.ndim == 2 else "axes swapped", f"{own} transposed in its last axes",
               lambda x, p: np.swapaxes(x, -1, -2))
    if x.ndim >= 3 and x.shape[0] == x.shape[1]:
        yield "axes swapped", f"first two axes of {own}", lambda x, p: np.swapaxes(x, 0, 1)
    if x.shape == p.y.shape and x.size > 1:
        yield "wrong variable", f"the output where {own} is meant", lambda x, p: p.y.copy()
    for m in p.checked:
        if m != j and p.x(m).shape == x.shape and x.size > 1:
            yield "wrong variable", f"{p.names[m]} where {own} is meant", lambda x, p, m=m: p.x(m).copy()
    yield "factor missing", f"{own} taken to be 1", lambda x, p: np.ones_like(x)
    for text, f in (("|x|", np.abs), ("max(x, 0)", lambda x: np.maximum(x, 0)), ("-x", np.negative),
                    ("x^2", np.square)):
        yield "wrong variable", f"{text} where {own} is meant", lambda x, p, f=f: f(x)
    for k in range(x.ndim):
        if x.shape[k] > 2:
            yield ("wrong variable", f"{own} without its mean along axis {k}",
                   lambda x, p, k=k: x - x.mean(k, keepdims=True))
            yield "wrong variable", f"{own} standardised along axis {k}", lambda x, p, k=k: standard(x, (k,))


def standard(x, axes, eps=1e-5):
    """x with mean 0 and variance 1 along the axes."""
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps)


def of_setting(p):
    """(detail, inputs with one whole number changed)."""
    for j, value in enumerate(p.inputs):
        held = value if isinstance(value, dict) else {None: value}
        for key, number in held.items():
            if not isinstance(number, int) or isinstance(number, bool):
                continue
            for other in dict.fromkeys((1, 0, 2, number - 1, number + 1)):
                if other != number and other >= 0:
                    yield (f"{p.names[j] if key is None else key} = {other}",
                           lambda q, j=j, key=key, other=other: [
                               x if m != j else other if key is None else {**x, key: other}
                               for m, x in enumerate(q.inputs)])


def of_result(p, i):
    """(name, detail, f(gradient)): the right gradient permuted, flipped or moved."""
    shape = p.x(i).shape
    ndim = len(shape)
    for order in itertools.permutations(range(ndim)):
        if tuple(shape[k] for k in order) != shape:
            continue
        turned = order != tuple(range(ndim))
        for flips in [(), *groups(ndim)]:
            if (flips and all(shape[k] == 1 for k in flips)) or not (turned or flips):
                continue
            detail = f"axes {order}" * turned + f" reversed along {flips}" * bool(flips)
            yield ("transposed" if turned else "result flipped", detail.strip(),
                   lambda n, order=order, flips=flips: np.flip(n.transpose(order), flips))
    for k in range(ndim):
        for s in (1, -1):
            if shape[k] > 2:
                yield "shifted", f"rolled by {s} along axis {k}", lambda n, k=k, s=s: np.roll(n, s, k)
    for shift in itertools.product((-2, -1, 0, 1, 2), repeat=2) if ndim >= 2 else ():
        if shift[0] and shift[1]:
            yield ("shifted", f"by {shift} along the last axes",
                   lambda n, shift=shift: np.roll(n, shift, (ndim - 2, ndim - 1)))
        if shift[0] or shift[1]:
            yield ("shifted", f"by {shift} along the last axes, zeros coming in",
                   lambda n, shift=shift: pushed(n, shift))


def pushed(n, shift):
    """n moved along its last two axes; what leaves is lost."""
    out = np.zeros_like(n)
    to = tuple(slice(max(0, s), d + min(0, s)) for d, s in zip(n.shape[-2:], shift, strict=True))
    where = tuple(slice(max(0, -s), d + min(0, -s)) for d, s in zip(n.shape[-2:], shift, strict=True))
    out[(..., *to)] = n[(..., *where)]
    return out
