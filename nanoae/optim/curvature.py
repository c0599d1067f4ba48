"""The curvature of a loss in a block: the largest eigenvalue of its Hessian, by power iteration on gradients.

    v <- H v / |H v|,     H v = (grad f(theta + h v) - grad f(theta)) / h

|H v| tends to the eigenvalue of largest size, an estimate of the Lipschitz constant L of the gradient near theta, from
below. 1 / L is the step that proximal gradient methods ask for.
"""
from math import sqrt

import numpy as np

from ..arrays import put
from .product import dot


def curvature(part, evaluate, iterations=10, seed=0):
    """The estimate at the part's present theta, which is left as it was; part.grad holds the gradient there.

    evaluate(block=part) overwrites part.grad, as for optimizers; it is called `iterations` + 1 times. Returns 0.0 where
    the gradient does not change, or is not finite. The direction begins at random, the same for the same seed.
    """
    theta = part.theta.copy()
    evaluate(block=part)
    here = part.grad.copy()
    v = part.xp.empty_like(theta)
    put(v, np.random.default_rng(seed).standard_normal(theta.size))
    v /= sqrt(dot(part, v, v))
    h = sqrt(np.finfo(theta.dtype).eps) * (1 + sqrt(dot(part, theta, theta)))
    largest = 0.0
    for _ in range(iterations):
        np.multiply(v, h, out=part.theta)
        part.theta += theta
        evaluate(block=part)
        np.subtract(part.grad, here, out=v)
        largest = sqrt(dot(part, v, v)) / h
        if not 0 < largest < np.inf:
            largest = 0.0
            break
        v /= largest * h
    part.theta[...] = theta
    part.grad[...] = here
    return largest
