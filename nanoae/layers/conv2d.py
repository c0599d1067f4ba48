"""Conv2d: a window of weights slides over the image.

    y[n, o, i, j] = b[o] + sum over c, p, q of W[o, c, p, q] * x[n, c, i stride + p dilation - top, j stride + ...]

Outside the image x is 0. Shapes: x (n, c_in, h, w); W (c_out, c_in / groups, kh, kw); b (c_out,); y (n, c_out, h_out,
w_out) with h_out = floor((h + top + bottom - dilation (kh - 1) - 1) / stride) + 1.
"""
from .affine import Affine
from .arguments import count, grouped, image, pair, sides, window_sizes


class Conv2d(Affine, kernels_only=True):
    """Convolution with torch.nn.Conv2d's names and defaults; padding: an int, a pair, four sides, "valid" for none or
    "same" for an output as large as the input (stride 1)."""

    operation = "conv2d_forward"

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 *, init="pytorch"):
        self.c_in, self.c_out = count("in_channels", in_channels), count("out_channels", out_channels)
        self.kernel, self.stride = pair("kernel_size", kernel_size), pair("stride", stride)
        self.dilation = pair("dilation", dilation)
        self.padding = self.sides(padding)
        self.groups = grouped(groups, self.c_in, self.c_out)
        self.geometry = (self.stride, self.padding, self.dilation, self.groups)
        self.settle((self.c_out, self.c_in // self.groups, *self.kernel), self.c_out, bias, init)

    def sides(self, padding):
        """(top, left, bottom, right); of "same", what is odd goes below and to the right."""
        if padding == "same":
            if self.stride != (1, 1):
                raise ValueError(f'padding="same" goes with stride 1; got stride {self.stride}')
            h, w = (d * (k - 1) for d, k in zip(self.dilation, self.kernel))
            return h // 2, w // 2, h - h // 2, w - w // 2
        return sides(0 if padding == "valid" else padding)

    def shape(self, shape):
        image(shape, self.c_in)
        return (self.c_out, *window_sizes(shape, self.kernel, self.stride, self.padding, self.dilation))

    def compute(self, c):
        self.kernels.conv2d_forward(c.x, self.W, self.b, self.geometry, out=c.y, ws=c.ws(),
                                    store=c.store_y)    # y = conv(x, W) + b

    def input_grad(self, c):
        self.kernels.conv2d_input_grad(c.dy, self.W, None, self.geometry, out=c.dx, ws=c.ws(),
                                       store=c.store_dx)    # dx = conv'(dy, W), each dy back along its window

    def weight_grad(self, c):
        self.kernels.conv2d_weight_grad(c.x, c.dy, self.geometry, out=self.dW, out_b=self.db,
                                        ws=c.ws())    # dW = sum of dy x, db = sum of dy

    def multiply_adds(self):
        return self.W[0].size * self.out_shape[0] * self.out_shape[1] * self.out_shape[2]
