"""Elementwise activations, each a few passes over the whole batch; `out` may be the array that is read."""
import numpy as np

from .scratch import fresh


def relu_forward(x, out, ws=fresh):
    np.maximum(x, 0, out=out)


def relu_input_grad(dy, y, out, ws=fresh):
    stopped = np.less_equal(y, 0, out=ws(y.shape, bool))
    np.copyto(out, dy)
    np.copyto(out, 0, where=stopped)


def leaky_relu_forward(x, negative_slope, out, ws=fresh):
    below = np.minimum(x, 0, out=ws(x.shape, x.dtype))
    np.maximum(x, 0, out=out)
    below *= negative_slope
    out += below


def leaky_relu_input_grad(dy, y, negative_slope, out, ws=fresh):
    slope = np.greater(y, 0, out=ws(y.shape, y.dtype))
    slope *= 1 - negative_slope
    slope += negative_slope
    np.multiply(dy, slope, out=out)


def elu_forward(x, alpha, out, ws=fresh):
    below = np.minimum(x, 0, out=ws(x.shape, x.dtype))
    np.expm1(below, out=below)
    below *= alpha
    np.maximum(x, 0, out=out)
    out += below


def elu_input_grad(dy, y, alpha, out, ws=fresh):
    slope = np.add(y, alpha, out=ws(y.shape, y.dtype))
    np.copyto(slope, 1, where=np.greater(y, 0, out=ws(y.shape, bool)))
    np.multiply(dy, slope, out=out)


def sigmoid_forward(x, out, ws=fresh):
    # exp(-x) stops short of overflow; 1 / (1 + exp(-x)) is 0 to every digit there
    np.negative(x, out=out)
    np.minimum(out, np.log(np.finfo(out.dtype).max) - 1, out=out)
    np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)


def sigmoid_input_grad(dy, y, out, ws=fresh):
    slope = np.subtract(1, y, out=ws(y.shape, y.dtype))
    slope *= y
    np.multiply(dy, slope, out=out)


def tanh_forward(x, out, ws=fresh):
    np.tanh(x, out=out)


def tanh_input_grad(dy, y, out, ws=fresh):
    slope = np.multiply(y, y, out=ws(y.shape, y.dtype))
    np.subtract(1, slope, out=slope)
    np.multiply(dy, slope, out=out)


def softplus_forward(x, beta, out, ws=fresh):
    # log(1 + exp(z)) = max(z, 0) + log1p(exp(-|z|)), which never overflows
    z = np.multiply(x, beta, out=ws(x.shape, x.dtype))
    tail = np.abs(z, out=ws(x.shape, x.dtype))
    np.negative(tail, out=tail)
    np.exp(tail, out=tail)
    np.log1p(tail, out=tail)
    np.maximum(z, 0, out=out)
    out += tail
    out /= beta


def softplus_input_grad(dy, y, beta, out, ws=fresh):
    slope = np.multiply(y, -beta, out=ws(y.shape, y.dtype))
    np.expm1(slope, out=slope)
    np.negative(slope, out=slope)
    np.multiply(dy, slope, out=out)


def softmax_forward(x, out, ws=fresh):
    column = (len(x), 1, *x.shape[2:])
    top = np.max(x, axis=1, keepdims=True, out=ws(column, x.dtype))
    np.subtract(x, top, out=out)    # the largest exponent is 0
    np.exp(out, out=out)
    out /= np.sum(out, axis=1, keepdims=True, out=top)


def softmax_input_grad(dy, y, out, ws=fresh):
    t = np.multiply(dy, y, out=ws(y.shape, y.dtype))
    inner = np.sum(t, axis=1, keepdims=True, out=ws((len(y), 1, *y.shape[2:]), y.dtype))
    np.subtract(dy, inner, out=out)
    out *= y


ACTIVATIONS: dict[str, tuple] = {
    "relu": (relu_forward, relu_input_grad), "leaky_relu": (leaky_relu_forward, leaky_relu_input_grad),
    "sigmoid": (sigmoid_forward, sigmoid_input_grad), "tanh": (tanh_forward, tanh_input_grad),
    "softplus": (softplus_forward, softplus_input_grad), "elu": (elu_forward, elu_input_grad)}


def finish(out, store, ws=fresh):
    """Writes a result through `store`: an activation, or the derivative of the activation that came before."""
    if store is None:
        return
    name, parameters, at = store
    forward, input_grad = ACTIVATIONS[name]
    if at is None:
        forward(out, *parameters, out=out, ws=ws)
    else:
        input_grad(out, at, *parameters, out=out, ws=ws)
