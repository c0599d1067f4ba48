"""Steps from 0 to 1, each one pass over the numbers; the hard step's gradient is a sigmoid's."""
from numba import prange

from ..numpy.scratch import fresh
from .compiled import compiled
from .logistic import logistic


@compiled
def step(x, out):
    for i in prange(out.size):
        out[i] = 1 if x[i] > 0 else (0 if x[i] <= 0 else x[i])


@compiled
def step_grad(dy, x, slope, out):
    one = x.dtype.type(1)
    for i in prange(out.size):
        s = logistic(x[i] * slope)
        out[i] = dy[i] * slope * s * (one - s)


@compiled
def smooth_step(x, eps, out):
    for i in prange(out.size):
        u = min(max(x[i] / eps[0], 0), 1)
        out[i] = u * u * (3 - 2 * u)


@compiled
def smooth_step_grad(dy, x, eps, out):
    for i in prange(out.size):
        u = min(max(x[i] / eps[0], 0), 1)
        out[i] = dy[i] * 6 * u * (1 - u) / eps[0]


def step_forward(x, out, ws=fresh):
    step(x.ravel(), out.ravel())


def step_input_grad(dy, x, slope, out, ws=fresh):
    step_grad(dy.ravel(), x.ravel(), x.dtype.type(slope), out.ravel())


def smooth_step_forward(x, eps, out, ws=fresh):
    smooth_step(x.ravel(), eps, out.ravel())


def smooth_step_input_grad(dy, x, eps, out, ws=fresh):
    smooth_step_grad(dy.ravel(), x.ravel(), eps, out.ravel())
