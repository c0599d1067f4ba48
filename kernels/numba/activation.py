"""Activations as one pass over the numbers, in parallel; `out` may be the array that is read.

Constants have the numbers' own dtype: beside an int, Numba computes float32 as float64.
"""
import math

from numba import prange

from ..numpy.scratch import fresh
from .compiled import compiled
from .logistic import logistic


@compiled
def relu(x, out):
    zero = x.dtype.type(0)
    for i in prange(out.size):
        out[i] = zero if x[i] < zero else x[i]


@compiled
def relu_grad(dy, y, out):
    zero = y.dtype.type(0)
    for i in prange(out.size):
        out[i] = zero if y[i] <= zero else dy[i]


@compiled
def leaky_relu(x, slope, out):
    zero = x.dtype.type(0)
    for i in prange(out.size):
        out[i] = x[i] * slope if x[i] < zero else x[i]


@compiled
def leaky_relu_grad(dy, y, slope, out):
    zero = y.dtype.type(0)
    for i in prange(out.size):
        out[i] = dy[i] if y[i] > zero else dy[i] * slope


@compiled
def elu(x, alpha, out):
    for i in prange(out.size):
        out[i] = x[i] if x[i] > 0 else alpha * math.expm1(x[i])


@compiled
def elu_grad(dy, y, alpha, out):
    zero = y.dtype.type(0)
    for i in prange(out.size):
        out[i] = dy[i] if y[i] > zero else dy[i] * (y[i] + alpha)


@compiled
def sigmoid(x, out):
    for i in prange(out.size):
        out[i] = logistic(x[i])


@compiled
def sigmoid_grad(dy, y, out):
    one = y.dtype.type(1)
    for i in prange(out.size):
        out[i] = dy[i] * y[i] * (one - y[i])


@compiled
def tanh(x, out):
    for i in prange(out.size):
        out[i] = math.tanh(x[i])


@compiled
def tanh_grad(dy, y, out):
    one = y.dtype.type(1)
    for i in prange(out.size):
        out[i] = dy[i] * (one - y[i] * y[i])


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
