"""Linear in compiled loops: every inner loop runs along a row in memory.

    forward        y[n, o]  = sum over i of W[o, i] x[n, i]      two rows multiplied and summed
    input grad     dx[n, :] = sum over o of dy[n, o] W[o, :]     rows of W added up; samples in parallel
    weight grad    dW[o, :] = sum over n of dy[n, o] x[n, :]     rows of x added up; outputs in parallel

It could be three calls of the matrix library, but that has threads of its own, which wait busily and take the cores
from these: a training step that mixes both is several times slower than either.
"""
from numba import prange

from ..numpy.activation import finish
from ..numpy.conv import add_bias
from ..numpy.linear import bias_grad
from ..numpy.scratch import fresh
from .compiled import compiled

__all__ = ["bias_grad", "linear_forward", "linear_input_grad", "linear_weight_grad"]


@compiled
def forward(x, W, out):
    for n in prange(x.shape[0]):
        for o in range(W.shape[0]):
            t = x[0, 0] * 0
            for i in range(W.shape[1]):
                t += W[o, i] * x[n, i]
            out[n, o] = t


@compiled
def input_grad(dy, W, out):
    for n in prange(dy.shape[0]):
        out[n, :] = 0
        for o in range(W.shape[0]):
            d = dy[n, o]
            for i in range(W.shape[1]):
                out[n, i] += d * W[o, i]


@compiled
def weight_grad(x, dy, out):
    for o in prange(out.shape[0]):
        out[o, :] = 0
        for n in range(x.shape[0]):
            d = dy[n, o]
            for i in range(out.shape[1]):
                out[o, i] += d * x[n, i]


def linear_forward(x, W, b, out, ws=fresh, store=None):
    forward(x, W, out)
    add_bias(b, out)
    finish(out, store, ws)


def linear_input_grad(dy, W, out, ws=fresh, store=None):
    input_grad(dy, W, out)
    finish(out, store, ws)


def linear_weight_grad(x, dy, out, ws=fresh):
    weight_grad(x, dy, out)
