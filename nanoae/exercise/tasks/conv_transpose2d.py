"""A transposed convolution: every entry of x is spread over a window of y.

It is the input gradient of a convolution; so what is its own?
"""
import numpy as np

EXERCISE = "conv_transpose2d"


def forward(x, W, stride):
    """x (n, c, h, w), W (c, f, k, k) -> y (n, f, stride (h - 1) + k, stride (w - 1) + k)."""
    n, _, h, w = x.shape
    k = W.shape[2]
    y = np.zeros((n, W.shape[1], stride * (h - 1) + k, stride * (w - 1) + k))
    for i in range(k):
        for j in range(k):
            y[:, :, i:i + stride * h:stride, j:j + stride * w:stride] += np.einsum("nchw,cf->nfhw", x, W[:, :, i, j])
    return y


def backward(dy, x, W, stride):
    """dy as y -> dx, dW; the stride has none."""
    (h, w), k = x.shape[2:], W.shape[2]
    # your turn
    dx, dW = np.zeros_like(x), np.zeros_like(W)
    for i in range(k):
        for j in range(k):
            part = dy[:, :, i:i + stride * h:stride, j:j + stride * w:stride]
            dx += np.einsum("nfhw,cf->nchw", part, W[:, :, i, j])
            dW[:, :, i, j] = np.einsum("nchw,nfhw->cf", x, part)
    # end of your turn
    return dx, dW, None


def example():
    rng = np.random.default_rng(8)
    return rng.standard_normal((2, 3, 4, 5)), rng.standard_normal((3, 2, 3, 3)), 2


def further():
    """Other settings, under which the backward has to hold as well."""
    rng = np.random.default_rng(8)
    yield rng.standard_normal((1, 3, 3, 4)), rng.standard_normal((3, 2, 2, 2)), 1
