# %% [markdown]
# # A layer of your own
#
# What you write is plain NumPy on arrays (n, c, h, w), on every rung; the layers around it stay fast. This layer
# learns one offset for each pixel. Its three methods stand beside each other: what comes out, what goes back to the
# layer below, what the parameter gets.

# %%
import numpy as np

from nanoae import Stack
from nanoae.data import Batches, load
from nanoae.gradcheck import check
from nanoae.layers import Conv2d, ConvTranspose2d, Layer, ReLU, Sigmoid
from nanoae.losses import mse
from nanoae.optim import Adam


class Offset(Layer):
    """y = x + W, W of one image's shape."""

    def __init__(self, shape):
        self.parameters = {"W": shape}

    def initialise(self, rng):
        self.W[...] = 0

    def compute(self, c):
        c.y[...] = c.x + self.W

    def input_grad(self, c):
        c.dx[...] = c.dy    # y = x + W, so dx = dy

    def weight_grad(self, c):
        self.dW[...] = np.sum(c.dy, axis=0)    # W was added to every sample


# %% [markdown]
# A built layer is a network of one: it is checked like any function.

# %%
layer = Offset((2, 3, 4)).build((2, 3, 4), dtype="float64", rng=np.random.default_rng(0))
cache = layer.make_cache(5)


def forward(x, W):
    layer.W[...] = W
    return layer.forward(x, cache)[0].copy()


def backward(dy, x, W):
    forward(x, W)
    return layer.backward(dy, cache).copy(), layer.dW.copy()


rng = np.random.default_rng(1)
print(check(forward, backward, rng.standard_normal((5, 2, 3, 4)), rng.standard_normal((2, 3, 4)), names=("x", "W")))

# %% [markdown]
# The embedded digits have a mean image, which the offsets learn: with the layer, the same network trains to a lower
# loss.

# %%
images = load("embedded").train[:1280]
for own in ([], [Offset((1, 28, 28))]):
    net = Stack([Conv2d(1, 4, 4, stride=4), ReLU(), ConvTranspose2d(4, 1, 4, stride=4), *own, Sigmoid()])
    net.build((1, 28, 28), rng=np.random.default_rng(0))
    optimizer, cache, order = Adam(net, lr=0.01), net.make_cache(64), np.random.default_rng(2)
    for _ in range(10):
        for x, target in Batches(images, 64).shuffled(order):
            net.forward(x, cache, train=True, need_y=False)
            loss = net.loss(mse, target, cache)
            net.backward(None, cache, need_dx=False)
            optimizer.update()
    print(f"{'with' if own else 'without'} a layer of one's own: loss {float(loss):.4f}")
