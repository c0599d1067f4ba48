"""Adam in one pass over theta, its gradient and its two averages."""
import numpy as np
from numba import prange

from ..numpy.scratch import fresh
from .compiled import compiled, inlined

FEW = 2 ** 14    # parameters, below which waking a thread takes longer than the pass


@inlined
def move(i, theta, grad, m, v, step, correction, beta1, beta2, eps, decay, shrink, one):
    g = grad[i] + decay * theta[i]
    m[i] = beta1 * m[i] + (one - beta1) * g
    v[i] = beta2 * v[i] + (one - beta2) * (g * g)
    theta[i] = theta[i] * shrink - step * m[i] / (np.sqrt(v[i] * correction) + eps)


@compiled
def one_pass(theta, grad, m, v, step, correction, beta1, beta2, eps, decay, shrink):
    one = theta.dtype.type(1)
    if theta.size < FEW:
        for i in range(theta.size):
            move(i, theta, grad, m, v, step, correction, beta1, beta2, eps, decay, shrink, one)
    else:
        for i in prange(theta.size):
            move(i, theta, grad, m, v, step, correction, beta1, beta2, eps, decay, shrink, one)


def adam(theta, grad, m, v, t, lr, beta1, beta2, eps, weight_decay, decoupled, ws=fresh):
    number = theta.dtype.type
    one_pass(theta, grad, m, v, number(lr / (1 - beta1 ** t)), number(1 / (1 - beta2 ** t)), number(beta1),
             number(beta2), number(eps), number(0 if decoupled else weight_decay),
             number(1 - lr * weight_decay if decoupled else 1))
