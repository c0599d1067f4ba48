"""GlobalAvgPool2d: the mean of each channel over the whole image.

    y[n, c, 0, 0] = 1 / (h w) * sum over i, j of x[n, c, i, j],    dx[n, c, i, j] = dy[n, c, 0, 0] / (h w)

Shapes: x (n, c, h, w); y (n, c, 1, 1). It is average pooling with one window as large as the image.
"""
from .arguments import image
from .layer import Layer


class GlobalAvgPool2d(Layer, kernels_only=True):
    """Mean of each channel, as torch.nn.AdaptiveAvgPool2d(1)."""

    def shape(self, shape):
        return (image(shape)[0], 1, 1)

    def prepare(self):
        _, h, w = self.in_shape
        self.window = ((h, w), (1, 1), (0, 0, 0, 0))    # kernel, stride, padding
        self.share = self.xp.full((1, 1), 1 / (h * w), self.dtype)

    def compute(self, c):
        self.kernels.avg_pool2d_forward(c.x, self.window, self.share, out=c.y, ws=c.ws())    # y = mean of x

    def input_grad(self, c):
        self.kernels.avg_pool2d_input_grad(c.dy, self.window, self.share, out=c.dx, ws=c.ws())    # dx = dy / (h w)
