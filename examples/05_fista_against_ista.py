# %% [markdown]
# # FISTA against ISTA, and what their theorems promise
#
# Minimise F(x) = |A x - b|² / 2 + |x|₁ / 2, the lasso. ISTA takes a step along the gradient, then the prox of the
# penalty. One line makes FISTA of it: the gradient is taken a little ahead, where the momentum points. Beck and
# Teboulle (2009) prove, with L the largest curvature,
#
#     ISTA     F(x_k) - F* <= L |x_0 - x*|² / (2 k)
#     FISTA    F(x_k) - F* <= 2 L |x_0 - x*|² / (k + 1)²

# %%
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


# %% [markdown]
# Where is the optimum? A long run with restarts finds it to the last digits. Then both methods' gaps stand beside
# their bounds.

# %%
best, solution = descend(lambda *a: FISTA(*a, adaptive_restart=True), 20000)
k, distance = np.arange(1, STEPS + 1), solution @ solution
gaps = {"ISTA": descend(ISTA, STEPS)[0] - best[-1], "FISTA": descend(FISTA, STEPS)[0] - best[-1]}
bounds = {"ISTA": L * distance / (2 * k), "FISTA": 2 * L * distance / (k + 1) ** 2}
for name, gap in gaps.items():
    print(f"{name:5} F - F* after {STEPS} steps: {gap[-1]:.2e}; below its bound at every step: "
          f"{bool(np.all(gap <= bounds[name]))}")

# %% [markdown]
# As a script with a file's name it draws both: `python examples/05_fista_against_ista.py bounds.png`.

# %%
if sys.argv[1:] and sys.argv[1].endswith(".png"):
    import matplotlib.pyplot as plt
    for (name, gap), colour in zip(gaps.items(), ("#0072B2", "#E69F00"), strict=True):
        plt.loglog(k, np.maximum(gap, 1e-12), color=colour, label=name)
        plt.loglog(k, bounds[name], color=colour, linestyle=":", label=f"{name}'s bound")
    plt.title("The lasso by ISTA and by FISTA")
    plt.xlabel("step k")
    plt.ylabel("F(x_k) - F*")
    plt.legend()
    plt.savefig(sys.argv[1])
