"""BatchNorm: each channel is brought to mean 0 and variance 1, then scaled and shifted by learnt numbers.

    x_hat = (x - mean) / sqrt(var + eps),    y = W x_hat + b

In training mean and var are the mini-batch's own, so every input moves every output of its channel; otherwise they are
the running ones. With affine=False W is 1 and b is 0, and neither is learnt. Shapes: x, y (n, c) or (n, c, h, w); W, b,
mean, var (c,). (Ioffe and Szegedy 2015.)
"""
from math import prod
from typing import Any

from .arguments import count, features_or_image, flag, number
from .layer import Layer


class BatchNorm(Layer, kernels_only=True):
    """Normalises the second axis. eps and momentum as in PyTorch: running = (1 - momentum) running + momentum batch.

    The running variance takes the unbiased estimate, m / (m - 1) times the batch's. Running statistics move only when
    a cache is committed.
    """

    stores = True
    W: Any = None
    b: Any = None
    scale: Any
    shift: Any

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True):
        self.num_features, self.affine = count("num_features", num_features), flag("affine", affine)
        self.eps, self.momentum = number("eps", eps, above=True), number("momentum", momentum, most=1)
        self.parameters = {"W": (self.num_features,), "b": (self.num_features,)} if self.affine else {}
        self.statistics = {"running_mean": (self.num_features,), "running_var": (self.num_features,)}

    def shape(self, shape):
        features_or_image(shape, self.num_features)
        return shape

    def prepare(self):
        ones, zeros = self.xp.ones(self.num_features, self.dtype), self.xp.zeros(self.num_features, self.dtype)
        self.scale, self.shift = (self.W, self.b) if self.affine else (ones, zeros)

    def initialise(self, rng):
        self.scale[...], self.shift[...] = 1, 0
        self.running_mean[...], self.running_var[...] = 0, 1

    def values_per_channel(self, c):
        return c.n * prod(self.in_shape[1:])

    def batch_statistics(self, c):
        return c.vector("mean", (self.num_features,)), c.vector("var", (self.num_features,))

    def compute(self, c):
        mean, var = self.running_mean, self.running_var
        if c.train:
            if self.values_per_channel(c) < 2:
                raise ValueError(f"{self!r} needs more than one value per channel in training; one came")
            mean, var = self.batch_statistics(c)
            self.kernels.batch_norm_stats(c.x, c.n, mean, var, ws=c.ws())    # mean and mean squared distance
        self.kernels.batch_norm_forward(c.x, mean, var, self.eps, self.scale, self.shift, *self.kept_forward(c),
                                        out=c.y, ws=c.ws(), store=c.store_y)    # y = W (x - mean) inv_std + b

    def kept_forward(self, c):
        """x_hat (like x) and inv_std (c,) = 1 / sqrt(var + eps), which backward reads again."""
        return c.keep("x_hat", self.in_shape), c.vector("inv_std", (self.num_features,))

    def input_grad(self, c):
        # forward was y = W (x - mean(x)) inv_std(x) + b; dx = W inv_std (dy - mean(dy) - x_hat mean(dy x_hat))
        sums = (self.db, self.dW) if self.affine and c.has_dw else None
        self.kernels.batch_norm_input_grad(c.dy, *self.kept_forward(c), self.scale, c.n, c.train, out=c.dx, ws=c.ws(),
                                           store=c.store_dx, sums=sums)

    def weight_grad(self, c):
        self.kernels.batch_norm_weight_grad(c.dy, self.kept_forward(c)[0], out=self.dW, out_b=self.db,
                                            ws=c.ws())    # dW = sum dy x_hat, db = sum dy

    def update_statistics(self, c):
        self.kernels.batch_norm_commit(*self.batch_statistics(c), self.values_per_channel(c), self.momentum,
                                       self.running_mean, self.running_var)    # running += momentum (batch - running)
