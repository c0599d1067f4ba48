"""MaxPool2d: the largest value in each window; its gradient goes back to where that value stood.

    y[n, c, i, j] = max over p, q of x[n, c, i stride + p - top, j stride + q - left]

Padding never wins: it counts as minus infinity. Of equal values the first is taken, of nans the last. Shapes:
x (n, c, h, w); y (n, c, h_out, w_out) with h_out = floor((h + top + bottom - kh) / stride) + 1; index (like y) the
tap of the winner.
"""
import numpy as np

from .arguments import image, pooled_sizes, pooling_window
from .layer import Layer


class MaxPool2d(Layer, kernels_only=True):
    """Largest of each window; stride defaults to kernel_size, padding is at most half of it. ceil_mode: the last window
    may hang over the edge."""

    def __init__(self, kernel_size, stride=None, padding=0, *, ceil_mode=False):
        self.window, self.ceil_mode = pooling_window(kernel_size, stride, padding), ceil_mode

    def shape(self, shape):
        return (image(shape)[0], *pooled_sizes(shape, self.window, self.ceil_mode))

    def compute(self, c):
        index = c.keep("index", self.out_shape, np.int32)
        self.kernels.max_pool2d_forward(c.x, self.window, out=c.y, index=index, ws=c.ws())    # y = max over the window

    def input_grad(self, c):
        index = c.keep("index", self.out_shape, np.int32)
        self.kernels.max_pool2d_input_grad(c.dy, index, self.window, out=c.dx, ws=c.ws())    # dx = dy at the winner
