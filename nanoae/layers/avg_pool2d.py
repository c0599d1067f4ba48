"""AvgPool2d: the mean of each window; its gradient is shared out evenly.

    y[n, c, i, j] = share[i, j] * sum over p, q of x[n, c, i stride + p - top, j stride + q - left]

share = 1 / (cells of the window), where with count_include_pad=False only cells inside the image count; or
1 / divisor_override. A window that ceil_mode lets hang over has no cells beyond the padding.
Shapes: x (n, c, h, w); y (n, c, h_out, w_out) with h_out = floor((h + top + bottom - kh) / stride) + 1.
"""
import numpy as np

from .arguments import image, number, pooled_sizes, pooling_window
from .layer import Layer


class AvgPool2d(Layer, kernels_only=True):
    """Mean of each window; stride defaults to kernel_size, padding is at most half of it."""

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
                 divisor_override=None):
        self.window = pooling_window(kernel_size, stride, padding)
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad
        self.divisor = None if divisor_override is None else number("divisor_override", divisor_override, above=True)

    def shape(self, shape):
        return (image(shape)[0], *pooled_sizes(shape, self.window, self.ceil_mode))

    def prepare(self):
        kernel, stride, padding = self.window
        counts = []
        for axis in (0, 1):
            before, after = padding[axis], padding[axis + 2]
            first, stop = (-before, self.in_shape[axis + 1] + after) if self.count_include_pad else (
                0, self.in_shape[axis + 1])    # the cells that count
            start = np.arange(self.out_shape[axis + 1]) * stride[axis] - before
            counts.append(np.minimum(start + kernel[axis], stop) - np.maximum(start, first))
        cells = np.outer(*counts)
        self.share = self.xp.asarray(1 / (self.divisor or cells) * np.ones(cells.shape), self.dtype)    # (h_out, w_out)

    def compute(self, c):
        self.kernels.avg_pool2d_forward(c.x, self.window, self.share, out=c.y, ws=c.ws())    # y = share * sum of x

    def input_grad(self, c):
        self.kernels.avg_pool2d_input_grad(c.dy, self.window, self.share, out=c.dx, ws=c.ws())    # dx = sum of share dy
