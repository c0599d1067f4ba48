# %% [markdown]
# # Wrong gradients that still train
#
# That the loss goes down proves little: a gradient that is wrong may still point downhill. The network, `TwoLayers`,
# is one of the zoo's; each of its planted bugs is one piece of its source replaced.

# %%
import numpy as np

from nanoae.exercise.zoo import bugs, correct

RNG = np.random.default_rng(0)
X = RNG.standard_normal((64, 4))
TARGET = np.tanh(X @ RNG.standard_normal((4, 3))) @ RNG.standard_normal((3, 3))


def losses(bug, steps=500, lr=0.1):
    """The mean squared error before and after that many steps down the gradient that the code gives."""
    net = bug.module().TwoLayers()
    for step in range(steps + 1):
        gap = net.forward(X) - TARGET
        if step in (0, steps):
            yield np.mean(gap ** 2)
        net.backward(2 * gap / len(X))
        for parameter, gradient in ((net.W1, net.dW1), (net.b1, net.db1), (net.W2, net.dW2)):
            parameter -= lr * gradient


# %% [markdown]
# Each mistake, its loss before and after 500 steps, and what the check says of it. The first row is the right network.

# %%
print(f"{'mistake':26} {'loss before':>11} {'after':>8}   what the check says")
with np.errstate(all="ignore"):
    for bug in [layer for layer in correct() if layer.file == "two_layers"] + [
            bug for bug in bugs() if bug.file == "two_layers"]:
        before, after = losses(bug)
        said = {finding.name for finding in bug.check().findings}
        ended = f"{after:8.3f}" if after < 1e3 else "diverged"
        print(f"{bug.kind:26} {before:11.3f} {ended}   {', '.join(sorted(said)) or 'right'}", flush=True)
