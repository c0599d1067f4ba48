"""Our own layers and stacks: every parameter becomes an input under its name; the network keeps the values it has."""
from contextlib import contextmanager

import numpy as np

from ..arrays import host, put


def is_part(thing):
    return hasattr(thing, "make_cache")


def style_of(part, inputs):
    """(pull, inputs with the parameters behind them, names)."""
    if not hasattr(part, "theta"):
        raise ValueError(f"{part!r} is not built: call build(shape, dtype='float64') first")
    held, gradients, count = part.named(), part.named("grad"), len(inputs)

    @contextmanager
    def holding(values):
        kept = part.theta.copy()
        for view, value in zip(held.values(), values, strict=True):
            put(view, value)
        try:
            yield
        finally:
            put(part.theta, kept)

    def pull(values):
        with holding(values[count:]):
            y, cache = part.forward(*values[:count])

        def back(dy):
            with holding(values[count:]):
                dx = part.backward(dy, cache)
            return [dx, *(np.array(host(view)) for view in gradients.values())]

        return y, back

    return pull, (*inputs, *(np.array(host(view), np.float64) for view in held.values())), ["x", *held]
