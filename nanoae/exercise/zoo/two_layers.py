"""Two layers with tanh between, as a class that keeps its cache and leaves its gradients in self."""
import numpy as np


class TwoLayers:
    def __init__(self):
        rng = np.random.default_rng(4)
        self.W1, self.b1 = rng.standard_normal((4, 3)), rng.standard_normal(3)
        self.W2 = rng.standard_normal((3, 3))

    def forward(self, x):
        self.x = x
        self.z = x @ self.W1 + self.b1
        self.h = np.tanh(self.z)
        return self.h @ self.W2

    def backward(self, dy):
        self.dW2 = self.h.T @ dy
        dh = dy @ self.W2.T
        dz = dh * (1 - self.h ** 2)
        self.dW1 = self.x.T @ dz
        self.db1 = dz.sum(axis=0)
        return dz @ self.W1.T


def example():
    return np.random.default_rng(5).standard_normal((5, 4))


DZ = "dz = dh * (1 - self.h ** 2)"
BUGS = (
    ("derivative missing", DZ, "dz = 1.0 * dh", "derivative missing"),
    ("formula at z", DZ, "dz = dh * (1 - self.z ** 2)", "wrong variable"),
    ("derivative at h", DZ, "dz = dh * (1 - np.tanh(self.h) ** 2)", "wrong variable"),
    ("only 1 - h", DZ, "dz = dh * (1 - self.h)", "part of a derivative missing"),
    ("h for its derivative", DZ, "dz = dh * self.h", "part of a derivative missing"),
    ("derivative twice", DZ, "dz = dh * (1 - self.h ** 2) ** 2", "derivative twice"),
    ("W2 not transposed", "dy @ self.W2.T", "dy @ self.W2", "operand transposed"),
    ("dW2 of z", "self.h.T @ dy", "self.z.T @ dy", "wrong variable"),
    ("dW2 transposed", "self.h.T @ dy", "dy.T @ self.h", "transposed"),
    ("dW1 a mean", "self.x.T @ dz", "self.x.T @ dz / len(self.x)", "factor 1/N"),
    ("db1 of dh", "dz.sum(axis=0)", "dh.sum(axis=0)", "derivative missing"),
    ("db1 doubled", "dz.sum(axis=0)", "2 * dz.sum(axis=0)", "factor 2"),
    ("dx of dh", "return dz @ self.W1.T", "return dh @ self.W1.T", "derivative missing"),
)
