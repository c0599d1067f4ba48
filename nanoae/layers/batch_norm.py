"""BatchNorm: each channel is brought to mean 0 and variance 1, then scaled and shifted by learnt numbers.

    x_hat = (x - mean) / sqrt(var + eps),    y = W x_hat + b

In training mean and var are the mini-batch's own, so every input moves every output of its channel; otherwise they are
the running ones. Shapes: x, y (n, c) or (n, c, h, w); W, b, mean, var (c,). (Ioffe and Szegedy 2015.)
"""
from math import prod

from .arguments import count
from .layer import Layer


class BatchNorm(Layer):
    """Normalises the second axis. eps and momentum as in PyTorch: running = (1 - momentum) running + momentum batch.

    The running variance takes the unbiased estimate, m / (m - 1) times the batch's. Running statistics move only when
    a cache is committed.
    """

    stores = True

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        if not 0 <= momentum <= 1:
            raise ValueError(f"momentum is from 0 to 1; got {momentum!r}")
        if not eps > 0:
            raise ValueError(f"eps is positive; got {eps!r}")
        self.num_features, self.eps, self.momentum = count("num_features", num_features), float(eps), float(momentum)
        self.parameters = {"W": (self.num_features,), "b": (self.num_features,)}
        self.statistics = {"running_mean": (self.num_features,), "running_var": (self.num_features,)}

    def shape(self, shape):
        if len(shape) not in (1, 3) or shape[0] != self.num_features:
            raise ValueError(f"takes (n, {self.num_features}) or (n, {self.num_features}, h, w); samples of shape "
                             f"{shape} came")
        return shape

    def initialise(self, rng):
        self.W[...], self.b[...] = 1, 0
        self.running_mean[...], self.running_var[...] = 0, 1

    def values_per_channel(self, c):
        return c.n * prod(self.in_shape[1:])

    def batch_statistics(self, c):
        return c.vector("mean", self.W.shape), c.vector("var", self.W.shape)

    def compute(self, c):
        mean, var = self.running_mean, self.running_var
        if c.train:
            if self.values_per_channel(c) < 2:
                raise ValueError(f"{self!r} needs more than one value per channel in training; one came")
            mean, var = self.batch_statistics(c)
            self.kernels.batch_norm_stats(c.x, c.n, mean, var, ws=c.ws)    # mean and mean squared distance
        self.kernels.batch_norm_forward(c.x, mean, var, self.eps, self.W, self.b, *self.kept_forward(c),
                                        out=c.y, ws=c.ws, store=c.store_y)    # y = W (x - mean) inv_std + b

    def kept_forward(self, c):
        """x_hat (like x) and inv_std (c,) = 1 / sqrt(var + eps), which backward reads again."""
        return c.keep("x_hat", self.in_shape), c.vector("inv_std", self.W.shape)

    def input_grad(self, c):
        # forward was y = W (x - mean(x)) inv_std(x) + b; dx = W inv_std (dy - mean(dy) - x_hat mean(dy x_hat))
        self.kernels.batch_norm_input_grad(c.dy, *self.kept_forward(c), self.W, c.n, c.train, out=c.dx, ws=c.ws,
                                           store=c.store_dx)

    def weight_grad(self, c):
        self.kernels.batch_norm_weight_grad(c.dy, self.kept_forward(c)[0], out=self.dW, out_b=self.db,
                                            ws=c.ws)    # dW = sum dy x_hat, db = sum dy

    def update_statistics(self, c):
        self.kernels.batch_norm_commit(*self.batch_statistics(c), self.values_per_channel(c), self.momentum,
                                       self.running_mean, self.running_var)    # running += momentum (batch - running)
