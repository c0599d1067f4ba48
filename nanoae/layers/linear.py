"""Linear: every output is a weighted sum of all inputs.

    y = x W' + b

Shapes: x (n, n_in); W (n_out, n_in); b (n_out,); y (n, n_out).
"""
from .affine import Affine
from .arguments import count


class Linear(Affine, kernels_only=True):
    """y = x W' + b, from in_features to out_features; init: see `nanoae.init`."""

    def __init__(self, in_features, out_features, bias=True, *, init="pytorch"):
        self.in_features, self.out_features = count("in_features", in_features), count("out_features", out_features)
        self.settle((self.out_features, self.in_features), self.out_features, bias, init)

    def shape(self, shape):
        if shape != (self.in_features,):
            hint = "; put a Flatten() before it" if len(shape) == 3 else ""
            raise ValueError(f"takes {self.in_features} features (n, {self.in_features}); samples of shape {shape} "
                             f"came{hint}")
        return (self.out_features,)

    def compute(self, c):
        self.kernels.linear_forward(c.x, self.W, self.b, out=c.y, ws=c.ws(), store=c.store_y)    # y = x W' + b

    def input_grad(self, c):
        self.kernels.linear_input_grad(c.dy, self.W, out=c.dx, ws=c.ws(), store=c.store_dx)    # dx = dy W

    def weight_grad(self, c):
        self.kernels.linear_weight_grad(c.x, c.dy, out=self.dW, out_b=self.db,
                                        ws=c.ws())    # dW = dy' x, db = sum over n of dy

    def multiply_adds(self):
        return self.in_features * self.out_features
