"""What the proofs share: a layer built alone, as two plain functions of its input and of theta.

Both use one cache for all their calls, so that a rung which repeats recorded calls repeats them on other numbers.
"""
from types import ModuleType

import numpy as np

from nanoae.arrays import host, put
from nanoae.kernels import OPERATIONS, reference
from nanoae.kernels import numpy as plain


def built(case, setting, dtype="float64", backend=plain, seed=0):
    """The row's layer with this setting, built, with weights and statistics that are nowhere special."""
    arguments, shape = setting
    rng = np.random.default_rng(seed)
    layer = case.layer(**arguments).build(shape, dtype, backend, rng)
    put(layer.theta, rng.standard_normal(layer.theta.size))
    put(layer.running, rng.uniform(0.5, 2, layer.running.size))
    return layer


def functions(layer, n, train=True, seed=1, stands_for=None):
    """forward(x, theta) and backward(dy, x, theta) of a layer on n samples, with one draw for all calls."""
    cache = layer.make_cache(n)
    layer.draw(cache, n, np.random.default_rng(seed))

    def forward(x, theta):
        put(layer.theta, theta)
        return layer.forward(x, cache, train=train)[0].copy()

    def backward(dy, x, theta):
        forward(x, theta)
        dx = layer.backward(dy, cache)
        return dx.copy(), host(layer.grad).copy()

    if stands_for is not None:
        return lambda x, theta: stands_for(layer, x), backward
    return penalised(layer, cache, forward, backward) if layer.penalises else (forward, backward)


def penalised(layer, cache, forward, backward):
    """The same for a layer that adds to the loss: its outputs and, as a last number, its penalty."""
    def both(x, theta):
        y = forward(x, theta)
        return np.append(y, float(layer.penalty(cache)))

    def back(dy, x, theta):
        dy, of_penalty = dy[:-1].reshape(len(x), *layer.out_shape), dy[-1]
        own = backward(np.zeros_like(dy), x, theta)    # what the penalty alone sends down, from an upstream 1
        both = backward(dy, x, theta)
        return tuple(all_of - alone + of_penalty * alone for all_of, alone in zip(both, own, strict=True))

    return both, back


def planted(name, broken):
    """The NumPy rung with one kernel broken: broken(right_kernel, *arguments)."""
    kernels = ModuleType("planted")
    vars(kernels).update({key: getattr(plain, key) for key in (*OPERATIONS, "xp")})
    right = getattr(plain, name, None) or getattr(reference, name)
    kernels.FUSES = ()
    setattr(kernels, name, lambda *args, **kwargs: broken(right, *args, **kwargs))
    return kernels


def inputs(layer, n, seed=2, taken=None):
    """A random x for n samples that the layer takes, and its theta."""
    x = np.random.default_rng(seed).standard_normal((n, *layer.in_shape))
    return x if taken is None else taken(layer, x), host(layer.theta).copy()


def stored(kernels, x):
    """Samples (n, ...) in a rung's own layout."""
    a = np.zeros(kernels.storage(len(x), x.shape[1:]), x.dtype)
    kernels.enter(x, out=a)
    return a
