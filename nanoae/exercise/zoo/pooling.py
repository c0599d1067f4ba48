"""Pooling and resizing of (n, c, h, w) images, k by k windows."""
import numpy as np


def up(d, k):
    return d.repeat(k, axis=2).repeat(k, axis=3)


def max_pool(x, k):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // k, k, w // k, k).max(axis=(3, 5))


def max_pool_backward(dy, x, k):
    mask = x == up(max_pool(x, k), k)
    return up(dy, k) * mask, None


def avg_pool(x, k):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // k, k, w // k, k).mean(axis=(3, 5))


def avg_pool_backward(dy, x, k):
    return up(dy, k) / k ** 2, None


def upsample(x, k):
    return up(x, k)


def upsample_backward(dy, x, k):
    n, c, h, w = x.shape
    return dy.reshape(n, c, h, k, w, k).sum(axis=(3, 5)), None


def global_avg(x):
    return x.mean(axis=(2, 3))


def global_avg_backward(dy, x):
    pixels = x.shape[2] * x.shape[3]
    return np.broadcast_to(dy[:, :, None, None], x.shape) / pixels


def example(name):
    rng = np.random.default_rng(11)
    if name == "global_avg":
        return (rng.standard_normal((2, 3, 4, 5)),)
    return rng.standard_normal((2, 3, 4, 6)), 2


PAIRS = ("max_pool", "avg_pool", "upsample", "global_avg")
BUGS = (
    ("max_pool", "to the whole window", "up(dy, k) * mask", "up(dy, k)", "mask missing", "contributions too many"),
    ("max_pool", "to the smallest", "x == up(max_pool(x, k), k)", "x == up(-max_pool(-x, k), k)", "wrong entry",
     "mask inverted"),
    ("max_pool", "doubled", "up(dy, k) * mask", "2 * up(dy, k) * mask", "factor 2"),
    ("avg_pool", "not divided", "up(dy, k) / k ** 2", "up(dy, k)", "factor 4", "factor k^2"),
    ("avg_pool", "divided by k", "up(dy, k) / k ** 2", "up(dy, k) / k", "factor 2", "factor k"),
    ("upsample", "averaged", ".sum(axis=(3, 5))", ".mean(axis=(3, 5))", "factor 1/4", "factor 1/k^2"),
    ("upsample", "one corner", "dy.reshape(n, c, h, k, w, k).sum(axis=(3, 5))", "dy[:, :, ::k, ::k]",
     "contributions missing", "overwritten"),
    ("global_avg", "not divided", ") / pixels", ") * 1.0", "factor h w of x"),
    ("global_avg", "divided by the channels too", ") / pixels", ") / pixels / x.shape[1]", "factor 1/axis 1 of x"),
    ("global_avg", "divided by the height alone", "x.shape[2] * x.shape[3]", "x.shape[2]", "factor axis 3 of x"),
)
