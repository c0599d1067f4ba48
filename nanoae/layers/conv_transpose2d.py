"""ConvTranspose2d: every input pixel paints a window of weights; where windows overlap they add up.

    y[n, k, i stride + p dilation - top, ...] += W[o, k, p, q] * x[n, o, i, j],   then + b[k]

It is Conv2d with the roles swapped: this forward is that one's input gradient, this input gradient that one's forward.
Shapes: x (n, c_in, h, w); W (c_in, c_out / groups, kh, kw); b (c_out,); y (n, c_out, h_out, w_out) with
h_out = (h - 1) stride - top - bottom + dilation (kh - 1) + output_padding + 1.
"""
from ..kernels.geometry import TRANSPOSED_FORMULA, transposed_size
from .affine import Affine
from .arguments import count, grouped, image, pair, sides


class ConvTranspose2d(Affine, kernels_only=True):
    """Transposed convolution with torch.nn.ConvTranspose2d's names, order and defaults."""

    operation = "conv2d_input_grad"

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
                 bias=True, dilation=1, *, init="pytorch"):
        self.c_in, self.c_out = count("in_channels", in_channels), count("out_channels", out_channels)
        self.kernel, self.stride = pair("kernel_size", kernel_size), pair("stride", stride)
        self.padding, self.dilation = sides(padding), pair("dilation", dilation)
        self.groups = grouped(groups, self.c_in, self.c_out)
        self.output_padding = pair("output_padding", output_padding, least=0)
        for extra, stride_, dilation_ in zip(self.output_padding, self.stride, self.dilation, strict=True):
            if extra >= max(stride_, dilation_):
                raise ValueError(f"output_padding={output_padding!r} has to be smaller than stride or dilation")
        self.geometry = (self.stride, self.padding, self.dilation, self.groups)
        self.settle((self.c_in, self.c_out // self.groups, *self.kernel), self.c_out, bias, init)

    def shape(self, shape):
        _, h, w = image(shape, self.c_in)
        top, left, bottom, right = self.padding
        (kh, kw), (stride_h, stride_w), (dilation_h, dilation_w) = self.kernel, self.stride, self.dilation
        h_out = transposed_size(h, kh, stride_h, top, bottom, dilation_h, self.output_padding[0])
        w_out = transposed_size(w, kw, stride_w, left, right, dilation_w, self.output_padding[1])
        if h_out < 1 or w_out < 1:
            raise ValueError(f"nothing is left of images of {h} x {w}: {TRANSPOSED_FORMULA} gives {h_out} x {w_out}")
        return (self.c_out, h_out, w_out)

    def compute(self, c):
        self.kernels.conv2d_input_grad(c.x, self.W, self.b, self.geometry, out=c.y, ws=c.ws(),
                                       store=c.store_y)    # y = conv'(x, W) + b

    def input_grad(self, c):
        self.kernels.conv2d_forward(c.dy, self.W, None, self.geometry, out=c.dx, ws=c.ws(),
                                    store=c.store_dx)    # dx = conv(dy, W)

    def weight_grad(self, c):
        self.kernels.conv2d_weight_grad(c.dy, c.x, self.geometry, out=self.dW, out_b=self.db, transposed=True,
                                        ws=c.ws())    # dW = sum of x dy, db = sum of dy

    def multiply_adds(self):
        return self.W[0].size * self.in_shape[0] * self.in_shape[1] * self.in_shape[2]
