"""Activations as one pass over the numbers, in parallel; `out` may be the array that is read."""
import math

import numpy as np
from numba import prange, types
from numba.extending import overload

from ..numpy.scratch import fresh
from .compiled import compiled, inlined


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


@compiled
def relu(x, out):
    for i in prange(out.size):
        out[i] = 0 if x[i] < 0 else x[i]


@compiled
def relu_grad(dy, y, out):
    for i in prange(out.size):
        out[i] = 0 if y[i] <= 0 else dy[i]


@compiled
def leaky_relu(x, slope, out):
    for i in prange(out.size):
        out[i] = x[i] * slope if x[i] < 0 else x[i]


@compiled
def leaky_relu_grad(dy, y, slope, out):
    for i in prange(out.size):
        out[i] = dy[i] if y[i] > 0 else dy[i] * slope


@compiled
def elu(x, alpha, out):
    for i in prange(out.size):
        out[i] = x[i] if x[i] > 0 else alpha * math.expm1(x[i])


@compiled
def elu_grad(dy, y, alpha, out):
    for i in prange(out.size):
        out[i] = dy[i] if y[i] > 0 else dy[i] * (y[i] + alpha)


@compiled
def sigmoid(x, out):
    for i in prange(out.size):
        out[i] = logistic(x[i])


@compiled
def sigmoid_grad(dy, y, out):
    for i in prange(out.size):
        out[i] = dy[i] * y[i] * (1 - y[i])


@compiled
def tanh(x, out):
    for i in prange(out.size):
        out[i] = math.tanh(x[i])


@compiled
def tanh_grad(dy, y, out):
    for i in prange(out.size):
        out[i] = dy[i] * (1 - y[i] * y[i])


@compiled
def softplus(x, beta, out):
    for i in prange(out.size):
        z = x[i] * beta
        out[i] = (max(z, 0) + math.log1p(math.exp(-abs(z)))) / beta


@compiled
def softplus_grad(dy, y, beta, out):
    for i in prange(out.size):
        out[i] = dy[i] * -math.expm1(-beta * y[i])


def relu_forward(x, out, ws=fresh):
    relu(x.ravel(), out.ravel())


def relu_input_grad(dy, y, out, ws=fresh):
    relu_grad(dy.ravel(), y.ravel(), out.ravel())


def leaky_relu_forward(x, negative_slope, out, ws=fresh):
    leaky_relu(x.ravel(), x.dtype.type(negative_slope), out.ravel())


def leaky_relu_input_grad(dy, y, negative_slope, out, ws=fresh):
    leaky_relu_grad(dy.ravel(), y.ravel(), dy.dtype.type(negative_slope), out.ravel())


def elu_forward(x, alpha, out, ws=fresh):
    elu(x.ravel(), x.dtype.type(alpha), out.ravel())


def elu_input_grad(dy, y, alpha, out, ws=fresh):
    elu_grad(dy.ravel(), y.ravel(), dy.dtype.type(alpha), out.ravel())


def sigmoid_forward(x, out, ws=fresh):
    sigmoid(x.ravel(), out.ravel())


def sigmoid_input_grad(dy, y, out, ws=fresh):
    sigmoid_grad(dy.ravel(), y.ravel(), out.ravel())


def tanh_forward(x, out, ws=fresh):
    tanh(x.ravel(), out.ravel())


def tanh_input_grad(dy, y, out, ws=fresh):
    tanh_grad(dy.ravel(), y.ravel(), out.ravel())


def softplus_forward(x, beta, out, ws=fresh):
    softplus(x.ravel(), x.dtype.type(beta), out.ravel())


def softplus_input_grad(dy, y, beta, out, ws=fresh):
    softplus_grad(dy.ravel(), y.ravel(), dy.dtype.type(beta), out.ravel())
