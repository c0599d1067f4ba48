# %% [markdown]
# # A gradient by hand
#
# One layer of a network is a function. Its backward turns `dy`, the gradient of the loss with respect to the output,
# into the gradients with respect to the inputs. Here are both, in three lines of NumPy each.

# %%
import numpy as np

from nanoae.gradcheck import check


def forward(x, W, b):
    """y = tanh(x W' + b)"""
    return np.tanh(x @ W.T + b)


def backward(dy, x, W, b):
    """The forward was z = x W' + b, then y = tanh(z); so now we go back through tanh, then through z."""
    y = forward(x, W, b)
    dz = dy * (1 - y ** 2)
    return dz @ W, dz.T @ x, dz.sum(axis=0)


# %% [markdown]
# Is it right? A difference quotient knows nothing of the chain rule: it moves one number a little and looks at what
# comes out. The check compares it with the backward, number by number, for a random `dy`.

# %%
rng = np.random.default_rng(0)
x, W, b = rng.standard_normal((4, 3)), rng.standard_normal((2, 3)), rng.standard_normal(2)
print(check(forward, backward, x, W, b, names=("x", "W", "b")))


# %% [markdown]
# Now a mistake that everybody makes once: the derivative of tanh is forgotten. The check says that something is wrong,
# where, and what.

# %%
def without_the_derivative_of_tanh(dy, x, W, b):
    return dy @ W, dy.T @ x, dy.sum(axis=0)


report = check(forward, without_the_derivative_of_tanh, x, W, b, names=("x", "W", "b"), raise_error=False)
print(report)

# %% [markdown]
# In a notebook a report is a table of its own, as a network is:

# %%
report
