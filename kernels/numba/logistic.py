"""1 / (1 + exp(-x)), for kernels to use: in lanes for float32, the library's for float64."""
import math

import numpy as np
from numba import types
from numba.extending import overload

from .compiled import inlined


@inlined
def logistic_single(x):
    """1 / (1 + exp(-x)) of a float32, exp to 2e-7 as a power of two times a polynomial, so that it runs in lanes.

    nan stays nan; beyond 87 the exponent stands still."""
    x = -x
    if x > np.float32(88):
        x = np.float32(88)
    if x < np.float32(-87):
        x = np.float32(-87)
    n = np.floor(x * np.float32(1.4426950408889634) + np.float32(0.5))
    r = x - n * np.float32(0.6931471805599453)
    p = np.float32(1) + r * (np.float32(1) + r * (np.float32(1 / 2) + r * (np.float32(1 / 6) + r * (
        np.float32(1 / 24) + r * (np.float32(1 / 120) + r * np.float32(1 / 720))))))
    power = np.int32((np.int32(n) + np.int32(127)) << np.int32(23)).view(np.float32)
    return np.float32(1) / (np.float32(1) + p * power)


def logistic(x):
    """1 / (1 + exp(-x)), in lanes for float32"""
    return 1 / (1 + math.exp(-x))


@overload(logistic, inline="always")
def logistic_of(x):
    return (lambda x: logistic_single(x)) if x == types.float32 else (lambda x: 1 / (1 + math.exp(-x)))
