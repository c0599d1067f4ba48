"""PReLU: ReLU with a learnt slope below 0, one for each channel or one for all.

    y = x where x > 0, else W x,    dx = dy where x > 0, else W dy,    dW = sum of dy x where x is not above 0

Shapes: x, y, dx, dy (n, c) or (n, c, h, w); W (c,) or (1,). (He, Zhang, Ren and Sun 2015, section 2.1.) The slope may
turn negative, so y does not tell the sign of x, and backward reads x.
"""
from .arguments import count, features_or_image, number
from .layer import Layer


class PReLU(Layer, kernels_only=True):
    """num_parameters: 1, or the number of channels. init: the slopes at the start."""

    operation = "prelu_forward"

    def __init__(self, num_parameters=1, init=0.25):
        self.num_parameters, self.start = count("num_parameters", num_parameters), number("init", init, least=-1e6)
        self.parameters = {"W": (self.num_parameters,)}

    def shape(self, shape):
        features_or_image(shape, None if self.num_parameters == 1 else self.num_parameters)
        return shape

    def initialise(self, rng):
        self.W[...] = self.start

    def compute(self, c):
        self.kernels.prelu_forward(c.x, self.W, out=c.y, ws=c.ws())    # y = x or W x

    def input_grad(self, c):
        self.kernels.prelu_input_grad(c.dy, c.x, self.W, out=c.dx, ws=c.ws())    # dx = dy or W dy

    def weight_grad(self, c):
        self.kernels.prelu_weight_grad(c.x, c.dy, out=self.dW, ws=c.ws())    # dW = sum of dy x below 0
