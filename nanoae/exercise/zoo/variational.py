"""A variational layer: sampling from the mean and log-variance, and its divergence from the standard normal."""
import numpy as np


def sample(mean, logvar, noise):
    return mean + np.exp(logvar / 2) * noise


def sample_backward(dz, mean, logvar, noise):
    return dz, dz * noise * np.exp(logvar / 2) / 2, None


def divergence(mean, logvar):
    return 0.5 * np.sum(mean ** 2 + np.exp(logvar) - 1 - logvar)


def divergence_backward(dloss, mean, logvar):
    return dloss * mean, dloss * (np.exp(logvar) - 1) / 2


def example(name):
    rng = np.random.default_rng(12)
    mean, logvar, noise = rng.standard_normal((5, 3)), 0.5 * rng.standard_normal((5, 3)), rng.standard_normal((5, 3))
    return (mean, logvar, noise) if name == "sample" else (mean, logvar)


PAIRS = ("sample", "divergence")
BUGS = (
    ("sample", "half forgotten", "np.exp(logvar / 2) / 2, None", "np.exp(logvar / 2), None", "factor 2"),
    ("sample", "noise forgotten", "dz * noise * np.exp(logvar / 2) / 2", "dz * np.exp(logvar / 2) / 2",
     "factor missing"),
    ("sample", "mean gets nothing", "return dz, dz * noise", "return 0 * dz, dz * noise", "zero gradient"),
    ("sample", "gradients swapped", "return dz, dz * noise * np.exp(logvar / 2) / 2, None",
     "return dz * noise * np.exp(logvar / 2) / 2, dz, None", "gradients swapped"),
    ("divergence", "sign of logvar", "(np.exp(logvar) - 1) / 2", "(1 - np.exp(logvar)) / 2", "factor -1"),
    ("divergence", "half forgotten", "(np.exp(logvar) - 1) / 2", "(np.exp(logvar) - 1)", "factor 2"),
    ("divergence", "mean halved", "dloss * mean,", "dloss * mean / 2,", "factor 1/2"),
    ("divergence", "-1 forgotten", "(np.exp(logvar) - 1) / 2", "np.exp(logvar) / 2", "path missing"),
    ("divergence", "averaged", "dloss * mean,", "dloss * mean / len(mean),", "factor 1/N"),
)
