"""GroupNorm: within each sample, each group of channels is brought to mean 0 and variance 1, then scaled and shifted.

    x_hat = (x - mean) / sqrt(var + eps),    y = W x_hat + b,    mean and var of one sample's group

Samples do not meet, so training and testing are alike and nothing runs along. Shapes: x, y (n, c) or (n, c, h, w);
W, b (c,); x_hat like x, group_inv_std (n, num_groups). (Wu and He 2018.)
"""
from typing import Any

from .arguments import count, features_or_image, flag, number
from .layer import Layer


class GroupNorm(Layer, kernels_only=True):
    """As torch.nn.GroupNorm; num_groups divides num_channels. affine=False: W = 1 and b = 0, not learnt."""

    operation = "group_norm_forward"
    W: Any = None
    b: Any = None
    scale: Any
    shift: Any

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True):
        self.num_groups, self.num_channels = count("num_groups", num_groups), count("num_channels", num_channels)
        if self.num_channels % self.num_groups:
            raise ValueError(f"num_groups={num_groups} has to divide num_channels={num_channels}")
        self.eps, self.affine = number("eps", eps, above=True), flag("affine", affine)
        self.parameters = {"W": (self.num_channels,), "b": (self.num_channels,)} if self.affine else {}

    def shape(self, shape):
        features_or_image(shape, self.num_channels)
        return shape

    def prepare(self):
        ones, zeros = self.xp.ones(self.num_channels, self.dtype), self.xp.zeros(self.num_channels, self.dtype)
        self.scale, self.shift = (self.W, self.b) if self.affine else (ones, zeros)

    def initialise(self, rng):
        self.scale[...], self.shift[...] = 1, 0

    def kept_forward(self, c):
        """x_hat (like x) and group_inv_std (n, num_groups) = 1 / sqrt(var + eps), which backward reads again."""
        return c.keep("x_hat", self.in_shape), c.keep("group_inv_std", (self.num_groups,))

    def compute(self, c):
        self.kernels.group_norm_forward(c.x, self.num_groups, self.eps, self.scale, self.shift, *self.kept_forward(c),
                                        out=c.y, ws=c.ws())    # y = W (x - mean) group_inv_std + b

    def input_grad(self, c):
        # forward was y = W x_hat + b; dx = inv_std (W dy - mean(W dy) - x_hat mean(W dy x_hat))
        self.kernels.group_norm_input_grad(c.dy, *self.kept_forward(c), self.num_groups, self.scale, out=c.dx,
                                           ws=c.ws())

    def weight_grad(self, c):
        self.kernels.batch_norm_weight_grad(c.dy, self.kept_forward(c)[0], out=self.dW, out_b=self.db,
                                            ws=c.ws())    # dW = sum dy x_hat, db = sum dy
