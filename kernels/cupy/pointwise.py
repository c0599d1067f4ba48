"""Activations and steps, a number a thread."""
from .launch import each, fresh, stored


def activate(x, name, parameters, at, out):
    """x through the activation of this name, or times its derivative where its output was `at`."""
    each("pointwise.cu", "activation", x.dtype, x.size, x, out, *stored((name, parameters, at)))


def relu_forward(x, out, ws=fresh):
    activate(x, "relu", (), None, out)


def relu_input_grad(dy, y, out, ws=fresh):
    activate(dy, "relu", (), y, out)


def leaky_relu_forward(x, negative_slope, out, ws=fresh):
    activate(x, "leaky_relu", (negative_slope,), None, out)


def leaky_relu_input_grad(dy, y, negative_slope, out, ws=fresh):
    activate(dy, "leaky_relu", (negative_slope,), y, out)


def elu_forward(x, alpha, out, ws=fresh):
    activate(x, "elu", (alpha,), None, out)


def elu_input_grad(dy, y, alpha, out, ws=fresh):
    activate(dy, "elu", (alpha,), y, out)


def sigmoid_forward(x, out, ws=fresh):
    activate(x, "sigmoid", (), None, out)


def sigmoid_input_grad(dy, y, out, ws=fresh):
    activate(dy, "sigmoid", (), y, out)


def tanh_forward(x, out, ws=fresh):
    activate(x, "tanh", (), None, out)


def tanh_input_grad(dy, y, out, ws=fresh):
    activate(dy, "tanh", (), y, out)


def softplus_forward(x, beta, out, ws=fresh):
    activate(x, "softplus", (beta,), None, out)


def softplus_input_grad(dy, y, beta, out, ws=fresh):
    activate(dy, "softplus", (beta,), y, out)


def step_forward(x, out, ws=fresh):
    each("pointwise.cu", "step", x.dtype, x.size, x, out)


def step_input_grad(dy, x, slope, out, ws=fresh):
    each("pointwise.cu", "step_input_grad", x.dtype, x.size, dy, x, float(slope), out)


def smooth_step_forward(x, eps, out, ws=fresh):
    each("pointwise.cu", "smooth_step", x.dtype, x.size, x, eps, out)


def smooth_step_input_grad(dy, x, eps, out, ws=fresh):
    each("pointwise.cu", "smooth_step_input_grad", x.dtype, x.size, dy, x, eps, out)
