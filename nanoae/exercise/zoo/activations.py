"""Activations in one function of a name: ReLU, softplus, swish, each with its derivative."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(x, 0)


def relu_backward(dy, x):
    return dy * (x > 0)


def softplus(x):
    return np.log1p(np.exp(x))


def softplus_backward(dy, x):
    return dy * sigmoid(x)


def swish(x):
    s = sigmoid(x)
    return x * s


def swish_backward(dy, x):
    s = sigmoid(x)
    return dy * (s + x * s * (1 - s))


def cube(x):
    return x ** 3


def cube_backward(dy, x):
    return dy * 3 * x ** 2


def example():
    return np.random.default_rng(6).standard_normal((4, 3))


PAIRS = ("relu", "softplus", "swish", "cube")
BUGS = (
    ("relu", "mask missing", "dy * (x > 0)", "1.0 * dy", "mask missing"),
    ("relu", "mask inverted", "dy * (x > 0)", "dy * (x < 0)", "mask inverted"),
    ("relu", "mask from dy", "dy * (x > 0)", "dy * (dy > 0)", "mask from dy"),
    ("relu", "wrong threshold", "dy * (x > 0)", "dy * (x > 0.7)", "wrong mask", "contributions missing"),
    ("relu", "sign", "dy * (x > 0)", "-dy * (x > 0)", "factor -1"),
    ("softplus", "derivative missing", "dy * sigmoid(x)", "1.0 * dy", "derivative missing"),
    ("softplus", "derivative at the output", "dy * sigmoid(x)", "dy * sigmoid(softplus(x))", "wrong variable"),
    ("softplus", "derivative twice", "dy * sigmoid(x)", "dy * sigmoid(x) ** 2", "derivative twice"),
    ("softplus", "upstream ignored", "dy * sigmoid(x)", "sigmoid(x)", "upstream ignored"),
    ("swish", "second path missing", "(s + x * s * (1 - s))", "s", "path missing", "part of a derivative missing"),
    ("swish", "first path missing", "(s + x * s * (1 - s))", "(x * s * (1 - s))", "path missing"),
    ("swish", "second path subtracted", "(s + x * s * (1 - s))", "(s - x * s * (1 - s))", "wrong factor in a path"),
    ("cube", "factor of the power", "dy * 3 * x ** 2", "dy * x ** 2", "factor 1/3"),
    ("cube", "derivative twice", "dy * 3 * x ** 2", "dy * (3 * x ** 2) ** 2", "derivative twice"),
    ("cube", "derivative missing", "dy * 3 * x ** 2", "1.0 * dy", "derivative missing"),
)
