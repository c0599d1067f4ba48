"""Activations: one function applied to every number, and its derivative written with the output y alone.

    Sigmoid     y = 1 / (1 + exp(-x))                    dx = dy y (1 - y)
    Tanh        y = tanh(x)                              dx = dy (1 - y^2)
    ReLU        y = max(x, 0)                            dx = 0 where y <= 0, else dy
    LeakyReLU   y = x, or negative_slope x below 0       dx = dy, or negative_slope dy
    ELU         y = x, or alpha (exp(x) - 1) below 0     dx = dy, or dy (y + alpha)
    Softplus    y = log(1 + exp(beta x)) / beta          dx = dy (1 - exp(-beta y))

Shapes: x, y, dx, dy the same, any. Because only y is needed, a layer below can store its result through the
activation and x need not be kept.
"""
from .arguments import number
from .layer import Layer


class Sigmoid(Layer, kernels_only=True):
    """y = 1 / (1 + exp(-x))"""

    activation = ("sigmoid", ())

    def compute(self, c):
        self.kernels.sigmoid_forward(c.x, out=c.y, ws=c.ws())    # y = 1 / (1 + exp(-x))

    def input_grad(self, c):
        self.kernels.sigmoid_input_grad(c.dy, c.y, out=c.dx, ws=c.ws())    # dx = dy y (1 - y)


class Tanh(Layer, kernels_only=True):
    """y = tanh(x)"""

    activation = ("tanh", ())

    def compute(self, c):
        self.kernels.tanh_forward(c.x, out=c.y, ws=c.ws())    # y = tanh(x)

    def input_grad(self, c):
        self.kernels.tanh_input_grad(c.dy, c.y, out=c.dx, ws=c.ws())    # dx = dy (1 - y^2)


class ReLU(Layer, kernels_only=True):
    """y = max(x, 0); at 0 its derivative is taken as 0."""

    activation = ("relu", ())

    def compute(self, c):
        self.kernels.relu_forward(c.x, out=c.y, ws=c.ws())    # y = max(x, 0)

    def input_grad(self, c):
        self.kernels.relu_input_grad(c.dy, c.y, out=c.dx, ws=c.ws())    # dx = 0 where y <= 0, else dy


class LeakyReLU(Layer, kernels_only=True):
    """y = x above 0, negative_slope x below; negative_slope is not negative, so that y tells the sign of x."""

    def __init__(self, negative_slope=0.01):
        self.negative_slope = number("negative_slope", negative_slope)
        self.activation = ("leaky_relu", (self.negative_slope,))

    def compute(self, c):
        self.kernels.leaky_relu_forward(c.x, self.negative_slope, out=c.y, ws=c.ws())    # y = x or slope x

    def input_grad(self, c):
        self.kernels.leaky_relu_input_grad(c.dy, c.y, self.negative_slope, out=c.dx, ws=c.ws())    # dx = dy or slope dy


class ELU(Layer, kernels_only=True):
    """y = x above 0, alpha (exp(x) - 1) below; alpha is not negative, so that y tells the sign of x. (Clevert,
    Unterthiner and Hochreiter 2016.)"""

    def __init__(self, alpha=1.0):
        self.alpha = number("alpha", alpha)
        self.activation = ("elu", (self.alpha,))

    def compute(self, c):
        self.kernels.elu_forward(c.x, self.alpha, out=c.y, ws=c.ws())    # y = x or alpha (exp(x) - 1)

    def input_grad(self, c):
        self.kernels.elu_input_grad(c.dy, c.y, self.alpha, out=c.dx, ws=c.ws())    # dx = dy or dy (y + alpha)


class Softplus(Layer, kernels_only=True):
    """y = log(1 + exp(beta x)) / beta, exact for every x: there is no threshold above which it turns linear."""

    def __init__(self, beta=1.0):
        self.beta = number("beta", beta, above=True)
        self.activation = ("softplus", (self.beta,))

    def compute(self, c):
        self.kernels.softplus_forward(c.x, self.beta, out=c.y, ws=c.ws())    # y = log(1 + exp(beta x)) / beta

    def input_grad(self, c):
        self.kernels.softplus_input_grad(c.dy, c.y, self.beta, out=c.dx, ws=c.ws())    # dx = dy (1 - exp(-beta y))
