"""One head of attention, softmax(q k' / sqrt(d)) v, and a lookup of embeddings."""
import numpy as np


def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def attention(q, k, v):
    return softmax(q @ k.T / np.sqrt(q.shape[1])) @ v


def attention_backward(dy, q, k, v):
    p = softmax(q @ k.T / np.sqrt(q.shape[1]))
    dp = dy @ v.T
    ds = p * (dp - (dp * p).sum(axis=1, keepdims=True)) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ dy


def embedding(E, words):
    return E[words]


def embedding_backward(dy, E, words):
    dE = np.zeros_like(E)
    np.add.at(dE, words, dy)
    return dE, None


def example(name):
    rng = np.random.default_rng(17)
    if name == "embedding":
        return rng.standard_normal((6, 3)), np.array([0, 2, 2, 5, 1, 2, 4])
    return rng.standard_normal((5, 4)), rng.standard_normal((6, 4)), rng.standard_normal((6, 3))


PAIRS = ("attention", "embedding")
BUGS = (
    ("attention", "scale forgotten", " / np.sqrt(q.shape[1])\n    return ds", "\n    return ds",
     "factor sqrt(axis 1 of x)"),
    ("attention", "softmax's sum forgotten", "(dp - (dp * p).sum(axis=1, keepdims=True))", "dp", "path missing",
     "coupling term missing"),
    ("attention", "softmax forgotten", "ds = p * (dp - (dp * p).sum(axis=1, keepdims=True))", "ds = dp",
     "derivative missing", "unknown"),
    ("attention", "dv with p", "p.T @ dy", "p.T @ dy / len(q)", "factor 1/N"),
    ("attention", "sign of dk", "ds.T @ q", "-ds.T @ q", "factor -1"),
    ("attention", "dq of q", "ds @ k,", "ds.sum(axis=1, keepdims=True) * q,", "wrong variable", "unknown"),
    ("attention", "softmax over the queries", "(dp * p).sum(axis=1, keepdims=True)", "(dp * p).sum(axis=0)",
     "wrong axis", "unknown"),
    ("embedding", "= where += is meant", "np.add.at(dE, words, dy)", "dE[words] = dy", "overwritten"),
    ("embedding", "averaged", "np.add.at(dE, words, dy)", "np.add.at(dE, words, dy / len(words))", "factor c",
     "factor 1/N", "unknown"),
    ("embedding", "the next word's row", "np.add.at(dE, words, dy)", "np.add.at(dE, (words + 1) % len(E), dy)",
     "shifted", "wrong entry", "index off by one"),
    ("embedding", "doubled", "np.add.at(dE, words, dy)", "np.add.at(dE, words, 2 * dy)", "factor 2"),
    ("embedding", "rows reversed", "return dE, None", "return dE[::-1], None", "result flipped"),
)
