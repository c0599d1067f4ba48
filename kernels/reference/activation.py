"""Elementwise activations: y = f(x), and dx = dy f'(x) written with the output y alone.

Shapes: x, y, dx, dy the same. `out` may be the array that is read. Softmax runs over the second axis.
"""
import numpy as np


def relu_forward(x, out, ws=None):
    """y = max(x, 0)"""
    for i in np.ndindex(x.shape):
        out[i] = np.maximum(x[i], 0)


def relu_input_grad(dy, y, out, ws=None):
    """dx = 0 where y <= 0, else dy"""
    for i in np.ndindex(y.shape):
        out[i] = 0 if y[i] <= 0 else dy[i]    # so that a nan in y lets dy pass


def leaky_relu_forward(x, negative_slope, out, ws=None):
    """y = x where x > 0, else negative_slope * x"""
    for i in np.ndindex(x.shape):
        out[i] = x[i] if x[i] > 0 else negative_slope * x[i]


def leaky_relu_input_grad(dy, y, negative_slope, out, ws=None):
    """dx = dy where y > 0, else negative_slope * dy"""
    for i in np.ndindex(y.shape):
        out[i] = dy[i] if y[i] > 0 else negative_slope * dy[i]


def elu_forward(x, alpha, out, ws=None):
    """y = x where x > 0, else alpha (exp(x) - 1)"""
    for i in np.ndindex(x.shape):
        out[i] = x[i] if x[i] > 0 else alpha * np.expm1(x[i])


def elu_input_grad(dy, y, alpha, out, ws=None):
    """dx = dy where y > 0, else dy (y + alpha)"""
    for i in np.ndindex(y.shape):
        out[i] = dy[i] if y[i] > 0 else dy[i] * (y[i] + alpha)


def sigmoid_forward(x, out, ws=None):
    """y = 1 / (1 + exp(-x)), with exp only of numbers that are not positive"""
    for i in np.ndindex(x.shape):
        e = np.exp(-abs(x[i]))
        out[i] = 1 / (1 + e) if x[i] > 0 else e / (1 + e)


def sigmoid_input_grad(dy, y, out, ws=None):
    """dx = dy y (1 - y)"""
    for i in np.ndindex(y.shape):
        out[i] = dy[i] * y[i] * (1 - y[i])


def tanh_forward(x, out, ws=None):
    """y = tanh(x)"""
    for i in np.ndindex(x.shape):
        out[i] = np.tanh(x[i])


def tanh_input_grad(dy, y, out, ws=None):
    """dx = dy (1 - y^2)"""
    for i in np.ndindex(y.shape):
        out[i] = dy[i] * (1 - y[i] * y[i])


def softplus_forward(x, beta, out, ws=None):
    """y = log(1 + exp(beta x)) / beta"""
    for i in np.ndindex(x.shape):
        out[i] = (max(beta * x[i], 0) + np.log1p(np.exp(-abs(beta * x[i])))) / beta


def softplus_input_grad(dy, y, beta, out, ws=None):
    """dx = dy sigmoid(beta x) = dy (1 - exp(-beta y))"""
    for i in np.ndindex(y.shape):
        out[i] = -dy[i] * np.expm1(-beta * y[i])


def softmax_forward(x, out, ws=None):
    """y[n, k] = exp(x[n, k]) / sum over j of exp(x[n, j])"""
    n, features, *rest = x.shape
    for i in np.ndindex(n, *rest):
        top = max(x[i[0], k, *i[1:]] for k in range(features))
        total = sum(np.exp(x[i[0], k, *i[1:]] - top) for k in range(features))
        for k in range(features):
            out[i[0], k, *i[1:]] = np.exp(x[i[0], k, *i[1:]] - top) / total


def softmax_input_grad(dy, y, out, ws=None):
    """dx[n, k] = y[n, k] (dy[n, k] - sum over j of dy[n, j] y[n, j])"""
    n, features, *rest = y.shape
    for i in np.ndindex(n, *rest):
        inner = sum(dy[i[0], k, *i[1:]] * y[i[0], k, *i[1:]] for k in range(features))
        for k in range(features):
            out[i[0], k, *i[1:]] = y[i[0], k, *i[1:]] * (dy[i[0], k, *i[1:]] - inner)


ACTIVATIONS: dict[str, tuple] = {
    "relu": (relu_forward, relu_input_grad), "leaky_relu": (leaky_relu_forward, leaky_relu_input_grad),
    "sigmoid": (sigmoid_forward, sigmoid_input_grad), "tanh": (tanh_forward, tanh_input_grad),
    "softplus": (softplus_forward, softplus_input_grad), "elu": (elu_forward, elu_input_grad)}


def finish(out, store):
    """Writes a result through `store`: an activation, or the derivative of the activation that came before."""
    if store is None:
        return
    name, parameters, at = store
    forward, input_grad = ACTIVATIONS[name]
    if at is None:
        forward(out, *parameters, out=out)
    else:
        input_grad(out, at, *parameters, out=out)
