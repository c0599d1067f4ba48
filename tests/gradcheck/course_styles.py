"""Layers as courses write them, each right, and each with a mistake: (name, how it is checked, the wrong input).

A `wrong` in each class or pair plants one mistake; nothing else is there for the checker's sake.
"""
import numpy as np


# forward returns (out, cache), backward takes (dout, cache); settings in a dictionary that also holds state
def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1).dot(w) + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    return dout.dot(w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T.dot(dout), np.sum(dout, axis=0)


def affine_backward_wrong(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    return dx, dw / len(dout), db


def norm_forward(x, gamma, beta, settings):
    mean, var = x.mean(axis=0), x.var(axis=0)
    hat = (x - mean) / np.sqrt(var + settings["eps"])
    settings["running_mean"] = 0.9 * settings.get("running_mean", 0) + 0.1 * mean
    return gamma * hat + beta, (hat, gamma, var, settings["eps"])


def norm_backward(dout, cache):
    hat, gamma, var, eps = cache
    d = dout * gamma
    return ((d - d.mean(0) - hat * (d * hat).mean(0)) / np.sqrt(var + eps), (dout * hat).sum(0), dout.sum(0))


# a loss that returns its gradient beside its value
def softmax_loss(scores, labels):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    n = len(scores)
    loss = -np.log(p[np.arange(n), labels]).mean()
    dscores = p.copy()
    dscores[np.arange(n), labels] -= 1
    return loss, dscores / n


def softmax_loss_wrong(scores, labels):
    loss, dscores = softmax_loss(scores, labels)
    return loss, dscores * len(scores)


# (A, cache) with a dictionary of gradients
def linear_activation_forward(A_prev, W, b):
    Z = W @ A_prev + b
    return np.tanh(Z), {"A_prev": A_prev, "W": W, "Z": Z}


def linear_activation_backward(dA, cache):
    dZ = dA * (1 - np.tanh(cache["Z"]) ** 2)
    return {"dA_prev": cache["W"].T @ dZ, "dW": dZ @ cache["A_prev"].T, "db": dZ.sum(axis=1, keepdims=True)}


def linear_activation_backward_wrong(dA, cache):
    grads = linear_activation_backward(dA, cache)
    return {**grads, "dW": -grads["dW"]}


# a class that keeps its cache in self and leaves self.dW, self.db
class Affine:
    wrong = False

    def __init__(self, n_in=4, n_out=3):
        rng = np.random.default_rng(5)
        self.W = rng.standard_normal((n_in, n_out))
        self.b = rng.standard_normal(n_out)
        self.x = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.mean(axis=0) if self.wrong else dout.sum(axis=0)
        return dout @ self.W.T


# lists params and grads, written in place
class MatMul:
    wrong = False

    def __init__(self):
        W = np.random.default_rng(6).standard_normal((4, 3)).astype(np.float32)
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.x = None

    def forward(self, x):
        (W,) = self.params
        self.x = x
        return np.dot(x, W)

    def backward(self, dout):
        (W,) = self.params
        self.grads[0] = np.dot(self.x.T, dout)
        return np.dot(dout, np.abs(W).T if self.wrong else W.T)


# dictionaries params and grads, gradients that add up
class Scale:
    wrong = False

    def __init__(self):
        self.params = {"gamma": np.array([0.5, 2.0, -1.0, 0.3])}
        self.grads = {"gamma": np.zeros(4)}

    def forward(self, x):
        self.cache = x
        return np.maximum(x, 0) * self.params["gamma"]

    def backward(self, grad_output):
        self.grads["gamma"] += (grad_output * np.maximum(self.cache, 0)).sum(axis=0)
        return grad_output * self.params["gamma"] * (1 if self.wrong else self.cache > 0)


# parameters as objects with data and grad
class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = None


class Dense:
    wrong = False

    def __init__(self):
        self.weight = Parameter(np.random.default_rng(7).standard_normal((3, 4)))
        self.bias = Parameter(np.zeros(3))

    def forward(self, x):
        return x @ self.weight.data.T + self.bias.data, x

    def backward(self, grad, saved):
        self.weight.grad = grad.T @ saved * (2 if self.wrong else 1)
        self.bias.grad = grad.sum(0)
        return grad @ self.weight.data
