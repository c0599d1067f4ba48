"""Initial weights, drawn in float64 from a generator that is passed in.

With fan_in = W.shape[1] * (kh kw) and fan_out = W.shape[0] * (kh kw), as PyTorch counts them (for a transposed
convolution that makes fan_in the count of output channels):

    pytorch          U(-l, l), l = 1 / sqrt(fan_in), for W and for b: what torch.nn.Linear and Conv2d do by default
    he_uniform       U(-l, l), l = sqrt(6 / fan_in)               He et al. 2015, for ReLU
    he_normal        N(0, 2 / fan_in)
    glorot_uniform   U(-l, l), l = sqrt(6 / (fan_in + fan_out))   Glorot and Bengio 2010, for tanh and sigmoid
    glorot_normal    N(0, 2 / (fan_in + fan_out))
    dcgan            N(0, 0.02^2)                                Radford et al. 2016, for generator and discriminator

`he` means he_normal and `glorot` glorot_uniform, the papers' own. All but pytorch leave b at 0.
"""
from math import prod, sqrt

import numpy as np

from .backend import suggestion

LIMITS = {
    "pytorch": lambda fan_in, fan_out: 1 / sqrt(fan_in),
    "he_uniform": lambda fan_in, fan_out: sqrt(6 / fan_in),
    "glorot_uniform": lambda fan_in, fan_out: sqrt(6 / (fan_in + fan_out)),
}
DEVIATIONS = {
    "he_normal": lambda fan_in, fan_out: sqrt(2 / fan_in),
    "glorot_normal": lambda fan_in, fan_out: sqrt(2 / (fan_in + fan_out)),
    "dcgan": lambda fan_in, fan_out: 0.02,
}
ALIASES = {"he": "he_normal", "glorot": "glorot_uniform"}
NAMES = (*LIMITS, *DEVIATIONS, *ALIASES)


def check_name(name):
    """The name, or ValueError with the names there are."""
    if name not in NAMES:
        raise ValueError(f"init {name!r} is unknown; {suggestion(name, NAMES)}there are {', '.join(NAMES)}")
    return name


def weights(name, shape, rng):
    """Initial W of this shape: (n_out, n_in) or (c, c', kh, kw), float64.

    Raises ValueError without a generator.
    """
    if rng is None:
        raise ValueError("there are initial weights to draw: pass build(..., rng=numpy.random.default_rng(seed))")
    name = ALIASES.get(name, name)
    fan_in, fan_out = prod(shape[1:]), shape[0] * prod(shape[2:])
    if name in LIMITS:
        limit = LIMITS[name](fan_in, fan_out)
        return rng.uniform(-limit, limit, shape)
    return rng.normal(0, DEVIATIONS[name](fan_in, fan_out), shape)


def bias(name, size, weight_shape, rng):
    """Initial b (size,): uniform like W under `pytorch`, else 0."""
    if name != "pytorch":
        return np.zeros(size)
    limit = LIMITS["pytorch"](prod(weight_shape[1:]), None)
    return rng.uniform(-limit, limit, size)
