"""AvgPool2d: the mean of each window; its gradient is shared out evenly.

    y[n, c, i, j] = share[i, j] * sum over p, q of x[n, c, i stride + p - top, j stride + q - left]

share = 1 / (kh kw), or, with count_include_pad=False, 1 / (cells of the window that lie inside the image).
Shapes: x (n, c, h, w); y (n, c, h_out, w_out) with h_out = floor((h + top + bottom - kh) / stride) + 1.
"""
import numpy as np

from ..kernels.geometry import tap_slices
from .arguments import image, pooling_window, window_sizes
from .layer import Layer


class AvgPool2d(Layer):
    """Mean of each window; stride defaults to kernel_size, padding is at most half of it."""

    def __init__(self, kernel_size, stride=None, padding=0, count_include_pad=True):
        self.window = pooling_window(kernel_size, stride, padding)
        self.count_include_pad = count_include_pad

    def shape(self, shape):
        return (image(shape)[0], *window_sizes(shape, *self.window))

    def prepare(self):
        kernel, stride, padding = self.window
        counts = []
        for axis in (0, 1):
            inside = np.zeros(self.out_shape[axis + 1])
            for _, at, _ in tap_slices(self.in_shape[axis + 1], inside.size, kernel[axis], stride[axis], padding[axis]):
                inside[at] += 1
            counts.append(np.full(inside.size, kernel[axis]) if self.count_include_pad else inside)
        self.share = self.xp.asarray(1 / np.outer(*counts), self.dtype)    # (h_out, w_out)

    def compute(self, c):
        self.kernels.avg_pool2d_forward(c.x, self.window, self.share, out=c.y, ws=c.ws)    # y = share * sum of x

    def input_grad(self, c):
        self.kernels.avg_pool2d_input_grad(c.dy, self.window, self.share, out=c.dx, ws=c.ws)    # dx = sum of share dy
