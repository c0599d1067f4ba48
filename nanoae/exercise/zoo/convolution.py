"""A convolution (n, c, h, w) with stride and padding by windows, with loops over the kernel in backward."""
import numpy as np


def forward(x, W, b, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, W.shape[2:], (2, 3))[:, :, ::stride, ::stride]
    return np.einsum("nchwkl,fckl->nfhw", windows, W) + b[:, None, None]


def backward(dy, x, W, b, stride, padding):
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp, dW = np.zeros_like(xp), np.zeros_like(W)
    h, w = dy.shape[2:]
    for i in range(W.shape[2]):
        for j in range(W.shape[3]):
            rows, columns = slice(i, i + stride * h, stride), slice(j, j + stride * w, stride)
            dxp[:, :, rows, columns] += np.einsum("nfhw,fc->nchw", dy, W[:, :, i, j])
            dW[:, :, i, j] = np.einsum("nfhw,nchw->fc", dy, xp[:, :, rows, columns])
    dx = dxp[:, :, padding:padding + x.shape[2], padding:padding + x.shape[3]]
    return dx, dW, dy.sum(axis=(0, 2, 3)), None, None


def example():
    rng = np.random.default_rng(9)
    return rng.standard_normal((2, 3, 7, 6)), rng.standard_normal((4, 3, 3, 3)), rng.standard_normal(4), 2, 1


BUGS = (
    ("kernel flipped in dx", "dy, W[:, :, i, j])", "dy, W[:, :, ::-1, ::-1][:, :, i, j])", "flipped kernel"),
    ("kernel transposed in dx", "dy, W[:, :, i, j])", "dy, W[:, :, j, i])", "axes swapped"),
    ("kernel reversed along one axis", "dy, W[:, :, i, j])", "dy, W[:, :, ::-1][:, :, i, j])", "axis flipped"),
    ("dW reversed", "return dx, dW,", "return dx, dW[:, :, ::-1, ::-1],", "result flipped"),
    ("db a mean over pixels", "dy.sum(axis=(0, 2, 3))", "dy.sum(axis=0).mean(axis=(1, 2))", "factor 1/h w"),
    ("db of the last sample", "dy.sum(axis=(0, 2, 3))", "dy[-1].sum(axis=(1, 2))", "one sample only"),
    ("dW a mean", "return dx, dW,", "return dx, dW / len(x),", "factor 1/N"),
    ("cropped one off", "dx = dxp[:, :, padding:", "dx = np.roll(dxp, 1, axis=(2, 3))[:, :, padding:", "shifted"),
    ("= where += is meant in dx", "dxp[:, :, rows, columns] +=", "dxp[:, :, rows, columns] =", "overwritten",
     "contributions missing"),
    ("bias over the batch alone", "dy.sum(axis=(0, 2, 3))", "dy[:, :, 0, 0].sum(axis=0)", "one position only",
     "contributions missing"),
)
