"""A small regression as a class with lists params and grads, and a net whose gradients come as a dictionary."""
import numpy as np


class Affine:
    def __init__(self):
        rng = np.random.default_rng(19)
        self.params = [rng.standard_normal((4, 2)), rng.standard_normal(2)]
        self.grads = [np.zeros((4, 2)), np.zeros(2)]

    def forward(self, x):
        W, b = self.params
        self.x = x
        return x @ W + b

    def backward(self, dout):
        W = self.params[0]
        dx = dout @ W.T
        dW = self.x.T @ dout
        db = np.sum(dout, axis=0)
        self.grads[0][...] = dW
        self.grads[1][...] = db
        return dx


def example():
    return np.random.default_rng(20).standard_normal((6, 4))


BUGS = (
    ("dW a mean", "self.x.T @ dout", "self.x.T @ dout / len(self.x)", "factor 1/N"),
    ("dW added to", "self.grads[0][...] = dW", "self.grads[0][...] += 2 * dW", "factor 2"),
    ("db never written", "self.grads[1][...] = db", "db", "zero gradient"),
    ("db of one sample", "np.sum(dout, axis=0)", "dout[0]", "one sample only"),
    ("dW of x without its mean", "self.x.T @ dout", "(self.x - self.x.mean(axis=0)).T @ dout", "wrong variable"),
    ("dx with W squared", "dout @ W.T", "dout @ (W * W).T", "wrong variable"),
    ("dx with max(W, 0)", "dout @ W.T", "dout @ np.maximum(W, 0).T", "wrong variable"),
    ("dx with W = 1", "dout @ W.T", "dout @ np.ones_like(W).T", "factor missing"),
    ("samples reversed in dW", "self.x.T @ dout", "self.x[::-1].T @ dout", "axis flipped"),
    ("sign of dx", "dx = dout @ W.T", "dx = -dout @ W.T", "factor -1"),
    ("dy clipped", "dx = dout @ W.T", "dx = np.maximum(dout, 0) @ W.T", "mask from dy"),
    ("dx quartered", "dx = dout @ W.T", "dx = dout @ W.T / 4", "factor 1/4"),
)
