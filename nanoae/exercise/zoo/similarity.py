"""Functions of rows: cosine similarity, a bilinear form, log-softmax, the distances of rows to centres."""
import numpy as np


def cosine(a, b):
    na, nb = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
    return (a * b).sum(axis=1) / (na * nb)


def cosine_backward(dy, a, b):
    na, nb = np.linalg.norm(a, axis=1, keepdims=True), np.linalg.norm(b, axis=1, keepdims=True)
    s, dy = (a * b).sum(axis=1, keepdims=True) / (na * nb), dy[:, None]
    da = dy * (b / (na * nb) - s * a / na ** 2)
    db = dy * (a / (na * nb) - s * b / nb ** 2)
    return da, db


def bilinear(x, W, t):
    return np.einsum("ni,ij,nj->n", x, W, t)


def bilinear_backward(dy, x, W, t):
    dx = dy[:, None] * (t @ W.T)
    dt = dy[:, None] * (x @ W)
    dW = (dy[:, None] * x).T @ t
    return dx, dW, dt


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def log_softmax_backward(dy, z):
    p = np.exp(log_softmax(z))
    return dy - p * dy.sum(axis=1, keepdims=True)


def distances(x, centres):
    return ((x[:, None] - centres) ** 2).sum(axis=2)


def distances_backward(dy, x, centres):
    gap = 2 * (x[:, None] - centres)
    dx = (dy[:, :, None] * gap).sum(axis=1)
    dcentres = -(dy[:, :, None] * gap).sum(axis=0)
    return dx, dcentres


def example(name):
    rng = np.random.default_rng(31)
    x = rng.standard_normal((5, 4))
    return {"cosine": (x, rng.standard_normal((5, 4))),
            "bilinear": (x, rng.standard_normal((4, 4)), rng.standard_normal((5, 4))), "log_softmax": (x,),
            "distances": (x, rng.standard_normal((3, 4)))}[name]


PAIRS = ("cosine", "bilinear", "log_softmax", "distances")
BUGS = (
    ("cosine", "norm a constant", "(b / (na * nb) - s * a / na ** 2)", "(b / (na * nb))", "path missing"),
    ("cosine", "second term added", "(b / (na * nb) - s * a / na ** 2)", "(b / (na * nb) + s * a / na ** 2)",
     "wrong factor in a path"),
    ("cosine", "da given twice", "return da, db", "return da, da", "gradient of another input"),
    ("bilinear", "W not transposed in dx", "t @ W.T", "t @ W", "operand transposed"),
    ("bilinear", "dW transposed", "(dy[:, None] * x).T @ t", "t.T @ (dy[:, None] * x)", "transposed"),
    ("bilinear", "dt of t", "(x @ W)", "(t @ W)", "wrong variable"),
    ("bilinear", "dW a mean", "(dy[:, None] * x).T @ t", "(dy[:, None] * x).T @ t / len(x)", "factor 1/N"),
    ("log_softmax", "sum forgotten", "dy - p * dy.sum(axis=1, keepdims=True)", "1.0 * dy", "path missing",
     "coupling term missing", "contributions missing"),
    ("log_softmax", "p forgotten", "p * dy.sum(", "dy.sum(", "factor missing", "wrong factor in a term",
     "derivative missing"),
    ("log_softmax", "mean for the sum", "dy.sum(axis=1", "dy.mean(axis=1", "wrong factor in a path",
     "wrong factor in a term"),
    ("log_softmax", "p of the output's log", "p = np.exp(log_softmax(z))", "p = log_softmax(z)", "wrong variable",
     "derivative missing"),
    ("distances", "2 forgotten", "gap = 2 * (x", "gap = (x", "factor 1/2"),
    ("distances", "sign of dcentres", "dcentres = -(", "dcentres = (", "factor -1"),
    ("distances", "gap forgotten in dx", "dx = (dy[:, :, None] * gap)", "dx = (dy[:, :, None] * np.sign(gap))",
     "wrong variable", "unknown"),
)
