# %% [markdown]
# # A skip connection by hand
#
# A Stack is a chain; a skip connection is a fork. So its parts are called one by one: the encoder's first feature map
# is added to the decoder's input of the same size. On the way back the gradient flows down both branches, and is added
# where they meet.
#
#     h = down(x);  z = deep(h);  y = up(z + h)           forward
#     ds = up's dx; dh = deep's dx + ds; then down        backward: s = z + h sends ds to both

# %%
import numpy as np

from nanoae import Stack
from nanoae.data import load, scaled
from nanoae.gradcheck import check_direction
from nanoae.layers import Conv2d, ConvTranspose2d, ReLU, Sigmoid
from nanoae.losses import mse
from nanoae.optim import Adam


class SkipAutoencoder:
    """down: 1x28x28 -> 6x14x14; deep: 6x14x14 -> 6x14x14 through 12x7x7; up: 6x14x14 -> 1x28x28."""

    def __init__(self, rng, dtype="float32"):
        down = Stack([Conv2d(1, 6, 3, stride=2, padding=1), ReLU()], name="down")
        deep = Stack([Conv2d(6, 12, 3, stride=2, padding=1), ReLU(), ConvTranspose2d(12, 6, 4, stride=2, padding=1)],
                     name="deep")
        up = Stack([ReLU(), ConvTranspose2d(6, 1, 4, stride=2, padding=1), Sigmoid()], name="up")
        self.net = Stack([down, deep, up]).build((1, 28, 28), dtype, "numpy", rng)
        self.parts = [(part, part.make_cache(64)) for part in (down, deep, up)]

    def forward(self, x):
        (down, c_down), (deep, c_deep), (up, c_up) = self.parts
        h, _ = down.forward(x, c_down)
        z, _ = deep.forward(h, c_deep)
        y, _ = up.forward(z + h, c_up)    # the skip
        return y

    def backward(self, dy):
        (down, c_down), (deep, c_deep), (up, c_up) = self.parts
        ds = up.backward(dy, c_up)    # s = z + h, so dz = ds and h receives ds as well
        dh = deep.backward(ds, c_deep) + ds
        return down.backward(dh, c_down)


# %% [markdown]
# All parts live in one `theta`. A directional check proves the whole: one difference quotient along a random direction
# through all images and all parameters at once.

# %%
model = SkipAutoencoder(np.random.default_rng(0), "float64")


def forward(x, theta):
    model.net.theta[...] = theta
    return model.forward(x).copy()


def backward(dy, x, theta):
    forward(x, theta)
    return model.backward(dy).copy(), model.net.grad.copy()


print(check_direction(forward, backward, np.random.default_rng(1).random((3, 1, 28, 28)), model.net.theta.copy()))

# %% [markdown]
# Then it trains, by the same Adam as any network.

# %%
model, x = SkipAutoencoder(np.random.default_rng(0)), scaled(load("shapes").train[:64])
optimizer = Adam(model.net, lr=0.01)


def evaluate(block=None, grad=True):
    value, dy = mse(model.forward(x), x)
    if grad:
        model.backward(dy)
    return value


losses = [float(optimizer.step(evaluate)) for _ in range(60)]
print(f"loss on 64 shapes: {losses[0]:.4f} at the start, {losses[-1]:.4f} after 60 steps")
