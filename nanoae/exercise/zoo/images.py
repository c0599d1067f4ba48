"""Layers of (n, c, h, w) images: transposed convolution by loops, padding, per-channel scale, bilinear-free resize."""
import numpy as np


def spread(x, W, stride):
    n, _, h, w = x.shape
    k = W.shape[2]
    y = np.zeros((n, W.shape[1], stride * (h - 1) + k, stride * (w - 1) + k))
    for i in range(h):
        for j in range(w):
            y[:, :, i * stride:i * stride + k, j * stride:j * stride + k] += np.tensordot(x[:, :, i, j], W, 1)
    return y


def spread_backward(dy, x, W, stride):
    dx, dW, k = np.zeros_like(x), np.zeros_like(W), W.shape[2]
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            part = dy[:, :, i * stride:i * stride + k, j * stride:j * stride + k]
            dx[:, :, i, j] = np.tensordot(part, W, ((1, 2, 3), (1, 2, 3)))
            dW += np.tensordot(x[:, :, i, j], part, ((0,), (0,)))
    return dx, dW, None


def padded(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def padded_backward(dy, x, p):
    return dy[:, :, p:p + x.shape[2], p:p + x.shape[3]], None


def scaled(x, g, b):
    return x * g[:, None, None] + b[:, None, None]


def scaled_backward(dy, x, g, b):
    return dy * g[:, None, None], (dy * x).sum(axis=(0, 2, 3)), dy.sum(axis=(0, 2, 3))


def turned(x):
    return x[:, :, ::-1].transpose(0, 1, 3, 2)


def turned_backward(dy, x):
    return dy.transpose(0, 1, 3, 2)[:, :, ::-1]


def example(name):
    rng = np.random.default_rng(21)
    x = rng.standard_normal((2, 3, 4, 4))
    return {"spread": (rng.standard_normal((2, 3, 3, 4)), rng.standard_normal((3, 2, 2, 2)), 2), "padded": (x, 1),
            "scaled": (rng.standard_normal((2, 3, 4, 5)), rng.standard_normal(3), rng.standard_normal(3)),
            "turned": (x,)}[name]


PAIRS = ("spread", "padded", "scaled", "turned")
BUGS = (
    ("spread", "kernel flipped", "(part, W,", "(part, W[:, :, ::-1, ::-1],", "flipped kernel"),
    ("spread", "kernel transposed", "(part, W,", "(part, W.transpose(0, 1, 3, 2),", "axes swapped"),
    ("spread", "dW of the last entry", "dW += np", "dW = np", "one position only", "overwritten",
     "contributions missing", "wrong variable"),
    ("spread", "dW flipped", "return dx, dW,", "return dx, dW[:, :, ::-1, ::-1],", "result flipped"),
    ("spread", "dW a mean", "return dx, dW,", "return dx, dW / len(x),", "factor 1/N"),
    ("spread", "dx doubled", "return dx, dW,", "return 2 * dx, dW,", "factor 2"),
    ("padded", "cropped at the corner", "dy[:, :, p:p + x.shape[2], p:p + x.shape[3]]",
     "dy[:, :, :x.shape[2], :x.shape[3]]", "shifted", "wrong setting"),
    ("padded", "not cropped", "dy[:, :, p:p + x.shape[2], p:p + x.shape[3]]", "1.0 * dy", "shape"),
    ("padded", "cropped from the end", "dy[:, :, p:p + x.shape[2], p:p + x.shape[3]]", "dy[:, :, 2 * p:, 2 * p:]",
     "shifted", "wrong setting"),
    ("scaled", "dg over the batch alone", "(dy * x).sum(axis=(0, 2, 3))", "(dy * x).sum(axis=0)[:, 0, 0]",
     "one position only", "contributions missing"),
    ("scaled", "dg without x", "(dy * x).sum(axis=(0, 2, 3))", "dy.sum(axis=(0, 2, 3)) + 0", "factor missing",
     "gradient of another input"),
    ("scaled", "dg a mean over pixels", "(dy * x).sum(axis=(0, 2, 3))", "(dy * x).sum(axis=0).mean(axis=(1, 2))",
     "factor 1/h w"),
    ("scaled", "g forgotten", "return dy * g[:, None, None],", "return 1.0 * dy,", "factor missing"),
    ("scaled", "g squared", "return dy * g[:, None, None],", "return dy * g[:, None, None] ** 2,", "extra factor",
     "wrong variable", "derivative twice"),
    ("scaled", "db a mean", "dy.sum(axis=(0, 2, 3))", "dy.mean(axis=(0, 2, 3))", "factor 1/N h w", "unknown"),
    ("turned", "turned again", "dy.transpose(0, 1, 3, 2)[:, :, ::-1]", "dy[:, :, ::-1].transpose(0, 1, 3, 2)",
     "result flipped", "axis flipped", "Jacobian transposed", "transposed"),
    ("turned", "not transposed", "dy.transpose(0, 1, 3, 2)[:, :, ::-1]", "dy[:, :, ::-1]", "transposed"),
    ("turned", "not flipped", "[:, :, ::-1]", "", "result flipped", "axis flipped"),
)
