"""A dense layer, y = x W' + b, W of shape (out, in), as two functions."""
import numpy as np


def forward(x, W, b):
    return x @ W.T + b


def backward(dy, x, W, b):
    dx = dy @ W
    dW = dy.T @ x
    db = dy.sum(axis=0)
    return dx, dW, db


def example():
    rng = np.random.default_rng(1)
    return rng.standard_normal((5, 4)), rng.standard_normal((3, 4)), rng.standard_normal(3)


BUGS = (
    ("dW divided by the batch", "dy.T @ x", "dy.T @ x / len(x)", "factor 1/N"),
    ("db a mean", "dy.sum(axis=0)", "dy.mean(axis=0)", "factor 1/N"),
    ("dx doubled", "dy @ W", "2 * dy @ W", "factor 2"),
    ("dx halved", "dy @ W", "dy @ W / 2", "factor 1/2"),
    ("sign of dW", "dy.T @ x", "-dy.T @ x", "factor -1"),
    ("dW transposed", "dy.T @ x", "x.T @ dy", "transposed"),
    ("db not summed", "dy.sum(axis=0)", "1.0 * dy", "not summed"),
    ("db keeps its axis", "dy.sum(axis=0)", "dy.sum(axis=0, keepdims=True)", "shape"),
    ("db over the outputs", "dy.sum(axis=0)", "dy.sum(axis=1)", "wrong axis"),
    ("db of the last sample", "dy.sum(axis=0)", "dy[-1]", "one sample only", "overwritten"),
    ("dW of the first sample", "dy.T @ x", "np.outer(dy[0], x[0])", "one sample only"),
    ("db zero", "dy.sum(axis=0)", "0 * b", "zero gradient"),
    ("upstream ignored", "dx = dy @ W", "dx = np.ones_like(dy) @ W", "upstream ignored"),
    ("dx with |W|", "dy @ W", "dy @ np.abs(W)", "wrong variable"),
    ("dy written into", "dx = dy @ W", "dy *= 1.1\n    dx = dy @ W", "backward changes dy"),
    ("x written into", "dW = dy.T @ x", "dW = dy.T @ x\n    x -= x.mean()", "backward changes an input"),
    ("gradient of db random", "dy.sum(axis=0)", "dy.sum(axis=0) * np.random.random()", "backward is random"),
    ("batch reversed in dx", "dx = dy @ W", "dx = dy[::-1] @ W", "axis flipped", "result flipped"),
    ("outputs reversed in dx", "dx = dy @ W", "dx = dy[:, ::-1] @ W", "axis flipped"),
    ("dx of the sum", "dx = dy @ W", "dx = dy.sum(axis=1, keepdims=True) * W.sum(axis=0)", "wrong axis", "unknown"),
)
