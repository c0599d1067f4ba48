"""One-dimensional layers: convolution over time, sums that run, differences, pieces put together and taken apart."""
import numpy as np


def conv1d(x, w, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2], 2)[:, :, ::stride]
    return np.einsum("nctk,fck->nft", windows, w)


def conv1d_backward(dy, x, w, stride):
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for t in range(dy.shape[2]):
        for k in range(w.shape[2]):
            dx[:, :, t * stride + k] += dy[:, :, t] @ w[:, :, k]
            dw[:, :, k] += dy[:, :, t].T @ x[:, :, t * stride + k]
    return dx, dw, None


def running_sum(x):
    return np.cumsum(x, axis=1)


def running_sum_backward(dy, x):
    return np.cumsum(dy[:, ::-1], axis=1)[:, ::-1]


def difference(x):
    return x[:, 1:] - x[:, :-1]


def difference_backward(dy, x):
    dx = np.zeros_like(x)
    dx[:, 1:] += dy
    dx[:, :-1] -= dy
    return dx


def joined(a, b):
    return np.concatenate([a, b], axis=1)


def joined_backward(dy, a, b):
    m = a.shape[1]
    return dy[:, :m], dy[:, m:]


def centred(x):
    return x - x.mean(axis=0)


def centred_backward(dy, x):
    return dy - dy.mean(axis=0)


def example(name):
    rng = np.random.default_rng(18)
    x = rng.standard_normal((5, 7))
    return {"conv1d": (rng.standard_normal((3, 2, 8)), rng.standard_normal((4, 2, 3)), 2), "running_sum": (x,),
            "difference": (x,), "joined": (rng.standard_normal((5, 3)), rng.standard_normal((5, 3))),
            "centred": (x,)}[name]


PAIRS = ("conv1d", "running_sum", "difference", "joined", "centred")
BUGS = (
    ("conv1d", "kernel reversed", "@ w[:, :, k]", "@ w[:, :, ::-1][:, :, k]", "flipped kernel", "axis flipped"),
    ("conv1d", "stride forgotten in dx", "dx[:, :, t * stride + k]", "dx[:, :, t + k]", "stride", "wrong setting"),
    ("conv1d", "one off in dx", "dx[:, :, t * stride + k] +=", "dx[:, :, (t * stride + k + 1) % 8] +=", "shifted"),
    ("conv1d", "= in dw", "dw[:, :, k] +=", "dw[:, :, k] =", "one position only", "overwritten"),
    ("conv1d", "= in dx", "dx[:, :, t * stride + k] +=", "dx[:, :, t * stride + k] =", "overwritten",
     "contributions missing"),
    ("conv1d", "dw reversed", "return dx, dw,", "return dx, dw[:, :, ::-1],", "result flipped"),
    ("conv1d", "dw a mean over time", "return dx, dw,", "return dx, dw / dy.shape[2],", "factor 1/axis 2 of y",
     "factor 1/h w"),
    ("running_sum", "summed forward", "np.cumsum(dy[:, ::-1], axis=1)[:, ::-1]", "np.cumsum(dy, axis=1)",
     "Jacobian transposed"),
    ("running_sum", "dy as it is", "np.cumsum(dy[:, ::-1], axis=1)[:, ::-1]", "1.0 * dy", "contributions missing",
     "derivative missing"),
    ("running_sum", "not turned back", "axis=1)[:, ::-1]", "axis=1)", "result flipped"),
    ("difference", "first part forgotten", "    dx[:, :-1] -= dy\n", "", "path missing"),
    ("difference", "both added", "dx[:, :-1] -= dy", "dx[:, :-1] += dy", "wrong factor in a path", "unknown"),
    ("difference", "sign", "return dx", "return -dx", "factor -1"),
    ("joined", "parts swapped", "return dy[:, :m], dy[:, m:]", "return dy[:, m:], dy[:, :m]", "gradients swapped"),
    ("joined", "the first twice", "return dy[:, :m], dy[:, m:]", "return dy[:, :m], dy[:, :m] + 0",
     "gradient of another input"),
    ("joined", "second reversed", "dy[:, m:]", "dy[:, m:][:, ::-1]", "result flipped", "axis flipped"),
    ("centred", "mean a constant", "dy - dy.mean(axis=0)", "1.0 * dy", "mean term missing",
     "path missing through a mean or sum", "contributions missing"),
    ("centred", "mean added", "dy - dy.mean", "dy + dy.mean", "wrong factor in a term", "wrong factor in a path"),
    ("centred", "mean over features", "dy.mean(axis=0)", "dy.mean(axis=1, keepdims=True)", "wrong axis"),
    ("centred", "sum for a mean", "dy.mean(axis=0)", "dy.sum(axis=0)", "wrong factor in a term",
     "wrong factor in a path"),
)
