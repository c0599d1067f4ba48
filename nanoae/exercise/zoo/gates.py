"""Activations with more than one part: leaky and parametric rectifiers, ELU, gates, Huber's loss."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def leaky(x, slope):
    return np.where(x > 0, x, slope * x)


def leaky_backward(dy, x, slope):
    return dy * np.where(x > 0, 1.0, slope), None


def prelu(x, a):
    return np.where(x > 0, x, a * x)


def prelu_backward(dy, x, a):
    dx = dy * np.where(x > 0, 1.0, a)
    da = (dy * np.minimum(x, 0)).sum(axis=0)
    return dx, da


def elu(x):
    return np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1)


def elu_backward(dy, x):
    return dy * np.where(x > 0, 1.0, elu(x) + 1)


def gated(x, g):
    return x * sigmoid(g)


def gated_backward(dy, x, g):
    s = sigmoid(g)
    return dy * s, dy * x * s * (1 - s)


def huber(y, t, k):
    e = y - t
    return np.where(np.abs(e) < k, e * e / 2, k * (np.abs(e) - k / 2)).mean()


def huber_backward(dloss, y, t, k):
    d = dloss * np.clip(y - t, -k, k) / y.size
    return d, -d, None


def example(name):
    rng = np.random.default_rng(16)
    x, other = rng.standard_normal((5, 4)), rng.standard_normal((5, 4))
    return {"leaky": (x, 0.2), "prelu": (x, 0.1 + 0.3 * rng.random(4)), "elu": (x,), "gated": (x, other),
            "huber": (2 * x, other, 1.3)}[name]


PAIRS = ("leaky", "prelu", "elu", "gated", "huber")
BUGS = (
    ("leaky", "slope forgotten", "1.0, slope", "1.0, 0.0", "contributions missing", "wrong mask",
     "path missing"),
    ("leaky", "slope for both", "1.0, slope", "slope, slope", "wrong mask", "mask missing",
     "wrong factor in a path", "unknown"),
    ("leaky", "mask from dy", "np.where(x > 0", "np.where(dy > 0", "mask from dy", "unknown"),
    ("leaky", "sides swapped", "np.where(x > 0", "np.where(x < 0", "wrong variable", "mask inverted", "unknown"),
    ("prelu", "da over everything", ".sum(axis=0)", ".sum() + 0 * a", "wrong axis", "contributions too many",
     "unknown"),
    ("prelu", "da of the positive side", "np.minimum(x, 0)", "np.maximum(x, 0)", "mask inverted", "wrong variable"),
    ("prelu", "da without its mask", "np.minimum(x, 0)", "x", "mask missing", "contributions too many"),
    ("prelu", "da a mean", ".sum(axis=0)", ".mean(axis=0)", "factor 1/N"),
    ("prelu", "da sign", "(dy * np.minimum(x, 0))", "(-dy * np.minimum(x, 0))", "factor -1"),
    ("elu", "1 forgotten", "elu(x) + 1", "elu(x)", "unknown", "part of a derivative missing", "wrong mask"),
    ("elu", "derivative missing", "np.where(x > 0, 1.0, elu(x) + 1)", "1.0", "derivative missing"),
    ("gated", "gate's derivative missing", "dy * x * s * (1 - s)", "dy * x", "derivative missing", "factor missing"),
    ("gated", "x forgotten", "dy * x * s * (1 - s)", "dy * s * (1 - s)", "factor missing"),
    ("gated", "half a derivative", "dy * x * s * (1 - s)", "dy * x * (1 - s)", "part of a derivative missing",
     "factor missing", "unknown"),
    ("gated", "gate forgotten in dx", "return dy * s,", "return 1.0 * dy,", "factor missing", "derivative missing"),
    ("gated", "swapped", "return dy * s, dy * x * s * (1 - s)", "return dy * x * s * (1 - s), dy * s",
     "gradients swapped"),
    ("huber", "not clipped", "np.clip(y - t, -k, k)", "(y - t)", "mask missing", "derivative missing", "unknown"),
    ("huber", "nothing outside", "np.clip(y - t, -k, k)", "(y - t) * (np.abs(y - t) < k)", "contributions missing",
     "path missing", "wrong mask", "unknown"),
    ("huber", "sign of the target", "return d, -d", "return d, d", "factor -1"),
    ("huber", "averaged over samples", "/ y.size", "/ len(y)", "factor axis 1 of x"),
    ("huber", "upstream ignored", "dloss * np.clip", "np.clip", "upstream ignored"),
)
