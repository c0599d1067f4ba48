"""Layers of (n, c, h, w) images that treat channels in groups: normalisation, a shuffle, a depthwise convolution."""
import numpy as np


def group_norm(x, g, groups):
    z = x.reshape(len(x), groups, -1)
    hat = (z - z.mean(axis=2, keepdims=True)) / np.sqrt(z.var(axis=2, keepdims=True) + 1e-5)
    return hat.reshape(x.shape) * g[:, None, None]


def group_norm_backward(dy, x, g, groups):
    z = x.reshape(len(x), groups, -1)
    std = np.sqrt(z.var(axis=2, keepdims=True) + 1e-5)
    hat = (z - z.mean(axis=2, keepdims=True)) / std
    dg = (dy * hat.reshape(x.shape)).sum(axis=(0, 2, 3))
    dh = (dy * g[:, None, None]).reshape(z.shape)
    dz = (dh - dh.mean(axis=2, keepdims=True) - hat * (dh * hat).mean(axis=2, keepdims=True)) / std
    return dz.reshape(x.shape), dg, None


def shuffled(x, r):
    n, c, h, w = x.shape
    return x.reshape(n, c // r ** 2, r, r, h, w).transpose(0, 1, 4, 2, 5, 3).reshape(n, -1, h * r, w * r)


def shuffled_backward(dy, x, r):
    n, c, h, w = x.shape
    return dy.reshape(n, c // r ** 2, h, r, w, r).transpose(0, 1, 3, 5, 2, 4).reshape(x.shape), None


def depthwise(x, W):
    k = W.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), (2, 3))
    return np.einsum("nchwij,cij->nchw", windows, W)


def depthwise_backward(dy, x, W):
    dx, dW = np.zeros_like(x), np.zeros_like(W)
    h, w = dy.shape[2:]
    for i in range(W.shape[1]):
        for j in range(W.shape[2]):
            dx[:, :, i:i + h, j:j + w] += dy * W[:, i, j][:, None, None]
            dW[:, i, j] = (dy * x[:, :, i:i + h, j:j + w]).sum(axis=(0, 2, 3))
    return dx, dW


def example(name):
    rng = np.random.default_rng(32)
    return {"group_norm": (rng.standard_normal((3, 4, 2, 3)), 1 + 0.3 * rng.standard_normal(4), 2),
            "shuffled": (rng.standard_normal((2, 8, 2, 3)), 2),
            "depthwise": (rng.standard_normal((2, 3, 5, 6)), rng.standard_normal((3, 3, 3)))}[name]


PAIRS = ("group_norm", "shuffled", "depthwise")
BUGS = (
    ("group_norm", "mean term missing", "dh - dh.mean(axis=2, keepdims=True) - hat", "dh - hat", "mean term missing",
     "path missing"),
    ("group_norm", "variance term missing", " - hat * (dh * hat).mean(axis=2, keepdims=True)", "",
     "variance term missing", "path missing"),
    ("group_norm", "g forgotten", "dh = (dy * g[:, None, None])", "dh = (1.0 * dy)", "factor missing"),
    ("group_norm", "dg of dh", "dg = (dy * hat.reshape", "dg = (dy * g[:, None, None] * hat.reshape", "extra factor"),
    ("group_norm", "divided by the variance", "hat).mean(axis=2, keepdims=True)) / std",
     "hat).mean(axis=2, keepdims=True)) / std ** 2", "extra factor", "factor missing", "wrong variable",
     "derivative twice"),
    ("shuffled", "rows and columns of the block swapped", ".transpose(0, 1, 3, 5, 2, 4)",
     ".transpose(0, 1, 5, 3, 2, 4)", "wrong entry", "axes swapped", "transposed"),
    ("shuffled", "reshaped alone", ".reshape(n, c // r ** 2, h, r, w, r).transpose(0, 1, 3, 5, 2, 4)", "",
     "wrong entry", "Jacobian transposed"),
    ("depthwise", "kernel flipped", "dy * W[:, i, j]", "dy * W[:, ::-1, ::-1][:, i, j]", "flipped kernel"),
    ("depthwise", "= in dx", "+= dy * W", "= dy * W", "overwritten", "contributions missing"),
    ("depthwise", "dW a mean over pixels", "dW[:, i, j] = (dy * x[:, :, i:i + h, j:j + w]).sum(axis=(0, 2, 3))",
     "dW[:, i, j] = (dy * x[:, :, i:i + h, j:j + w]).sum(axis=0).mean(axis=(1, 2))", "factor 1/h w"),
    ("depthwise", "dW transposed", "return dx, dW", "return dx, dW.transpose(0, 2, 1)", "transposed"),
)
