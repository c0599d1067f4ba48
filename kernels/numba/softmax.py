"""Softmax over the channels of each pixel, lane by lane."""
import math

from numba import prange

from ..numpy.scratch import fresh
from .compiled import compiled
from .host import LANES


@compiled
def softmax(x, out):
    for pixel in prange(len(x)):
        for lane in range(LANES):
            top, total = x[pixel, 0, lane], x[pixel, 0, lane] * 0
            for k in range(x.shape[1]):
                top = max(top, x[pixel, k, lane])
            for k in range(x.shape[1]):
                out[pixel, k, lane] = math.exp(x[pixel, k, lane] - top)
                total += out[pixel, k, lane]
            for k in range(x.shape[1]):
                out[pixel, k, lane] /= total


@compiled
def softmax_grad(dy, y, out):
    for pixel in prange(len(y)):
        for lane in range(LANES):
            inner = dy[pixel, 0, lane] * 0
            for k in range(y.shape[1]):
                inner += dy[pixel, k, lane] * y[pixel, k, lane]
            for k in range(y.shape[1]):
                out[pixel, k, lane] = y[pixel, k, lane] * (dy[pixel, k, lane] - inner)


def pixels(x):
    return x.reshape(-1, x.shape[3], LANES)


def softmax_forward(x, out, ws=fresh):
    softmax(pixels(x), pixels(out))


def softmax_input_grad(dy, y, out, ws=fresh):
    softmax_grad(pixels(dy), pixels(y), pixels(out))
