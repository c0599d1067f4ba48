"""A dense layer whose sizes are all equal: shapes hide nothing, and nothing shows in them."""
import numpy as np


def forward(x, W):
    return x @ W


def backward(dy, x, W):
    dx = dy @ W.T
    dW = x.T @ dy
    return dx, dW


def example():
    rng = np.random.default_rng(2)
    return rng.standard_normal((4, 4)), rng.standard_normal((4, 4))


BUGS = (
    ("dW transposed", "x.T @ dy", "dy.T @ x", "transposed"),
    ("W not transposed", "dy @ W.T", "dy @ W", "operand transposed"),
    ("returned in the other order", "return dx, dW", "return dW, dx", "gradients swapped"),
    ("both get dx", "return dx, dW", "return dx, dx.copy()", "gradient of another input"),
    ("dy transposed", "dx = dy @ W.T", "dx = dy.T @ W.T", "transposed"),
    ("shifted result", "dW = x.T @ dy", "dW = np.roll(x.T @ dy, 1, axis=0)", "shifted"),
    ("inputs reversed", "dW = x.T @ dy", "dW = x[:, ::-1].T @ dy", "result flipped", "axis flipped"),
)
