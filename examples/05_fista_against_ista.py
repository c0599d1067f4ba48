"""The lasso by ISTA and by FISTA, and the bounds that their theorems promise.

Minimise F(x) = |A x - b|^2 / 2 + 0.5 |x|_1. One line makes the difference: FISTA takes its gradient a little ahead,
where the momentum points. Beck and Teboulle (2009) prove F(x_k) - F* <= L |x_0 - x*|^2 / (2 k) for ISTA and
2 L |x_0 - x*|^2 / (k + 1)^2 for FISTA. Given a file name, the script draws both gaps under their bounds.
"""
import sys

import numpy as np

from nanoae import Vector
from nanoae.optim import FISTA, ISTA
from nanoae.prox import L1

PENALTY, STEPS = L1(0.5), 300
rng = np.random.default_rng(0)
A = rng.standard_normal((80, 40)) * np.geomspace(1, 0.05, 40)
b = A @ np.where(np.arange(40) % 4 == 0, 3.0, 0) + rng.standard_normal(80)
L = np.linalg.norm(A, 2) ** 2    # of the gradient A'(A x - b)


def descend(method, steps):
    """F after each step, and where it ended."""
    part = Vector(np.zeros(40), np.zeros(40))

    def evaluate(block=None, grad=True):
        gap = A @ part.theta - b
        part.grad[...] = A.T @ gap
        return gap @ gap / 2

    optimizer, values = method(part, 1 / L, PENALTY), []
    for _ in range(steps):
        optimizer.step(evaluate)
        values.append(evaluate() + PENALTY.value(part.theta))
    return np.array(values), part.theta


best, solution = descend(lambda *a: FISTA(*a, adaptive_restart=True), 20000)
k, distance = np.arange(1, STEPS + 1), solution @ solution
gaps = {"ISTA": descend(ISTA, STEPS)[0] - best[-1], "FISTA": descend(FISTA, STEPS)[0] - best[-1]}
bounds = {"ISTA": L * distance / (2 * k), "FISTA": 2 * L * distance / (k + 1) ** 2}
for name, gap in gaps.items():
    print(f"{name:5} F - F* after {STEPS} steps: {gap[-1]:.2e}; below its bound at every step: "
          f"{bool(np.all(gap <= bounds[name]))}")
if __name__ == "__main__" and len(sys.argv) > 1:
    import matplotlib.pyplot as plt
    for (name, gap), colour in zip(gaps.items(), ("#0072B2", "#E69F00"), strict=True):
        plt.loglog(k, np.maximum(gap, 1e-12), color=colour, label=name)
        plt.loglog(k, bounds[name], color=colour, linestyle=":", label=f"{name}'s bound")
    plt.title("The lasso by ISTA and by FISTA")
    plt.xlabel("step k")
    plt.ylabel("F(x_k) - F*")
    plt.legend()
    plt.savefig(sys.argv[1])
