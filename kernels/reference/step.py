"""Steps from 0 to 1: the hard one, with a gradient that is not its own, and the smooth one. eps: an array (1,)."""
import numpy as np


def step_forward(x, out, ws=None):
    """y = 1 where x > 0, else 0; nan stays nan"""
    for i in np.ndindex(x.shape):
        out[i] = 1 if x[i] > 0 else 0 if x[i] <= 0 else x[i]


def step_input_grad(dy, x, slope, out, ws=None):
    """dx = dy slope s (1 - s), s = 1 / (1 + exp(-slope x)): the derivative of a sigmoid in the step's place"""
    for i in np.ndindex(x.shape):
        e = np.exp(-abs(slope * x[i]))
        out[i] = dy[i] * slope * e / (1 + e) ** 2


def smooth_step_forward(x, eps, out, ws=None):
    """y = 3 u^2 - 2 u^3, u = x / eps held between 0 and 1"""
    for i in np.ndindex(x.shape):
        u = min(max(x[i] / eps[0], 0), 1)
        out[i] = u * u * (3 - 2 * u)


def smooth_step_input_grad(dy, x, eps, out, ws=None):
    """dx = dy 6 u (1 - u) / eps"""
    for i in np.ndindex(x.shape):
        u = min(max(x[i] / eps[0], 0), 1)
        out[i] = dy[i] * 6 * u * (1 - u) / eps[0]
