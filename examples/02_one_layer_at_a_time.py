# %% [markdown]
# # One image, through a network and back
#
# A small autoencoder, built layer by layer. Nothing is hidden: the parameters are one vector, `theta`, and each
# layer's `W` is a piece of it.

# %%
import numpy as np

from nanoae import Stack
from nanoae.data import load, scaled
from nanoae.layers import Conv2d, ConvTranspose2d, ReLU, Sigmoid
from nanoae.losses import mse

encoder = Stack([Conv2d(1, 4, 3, stride=2, padding=1), ReLU(), Conv2d(4, 8, 3, stride=2, padding=1), ReLU()],
                name="encoder")
decoder = Stack([ConvTranspose2d(8, 4, 4, stride=2, padding=1), ReLU(),
                 ConvTranspose2d(4, 1, 4, stride=2, padding=1), Sigmoid()], name="decoder")
net = Stack([encoder, decoder]).build((1, 28, 28), backend="numpy", rng=np.random.default_rng(0), fuse=False)
net

# %% [markdown]
# **Forward.** What a forward saves for the way back lies in a cache, not in the layers. (`fuse=False` above keeps
# every layer's output; normally a convolution writes through its ReLU.)

# %%
x = scaled(load("shapes").test[:16])    # (16, 1, 28, 28)
_, cache = net.forward(x)
for name, output in net.activations(cache).items():
    print(f"{name:10} {output.shape!s:17} mean {output.mean():8.4f}, largest {output.max():8.4f}")

# %% [markdown]
# **Backward.** The loss leaves its gradient in the cache; `backward` carries it down, layer by layer, and fills
# `net.grad`.

# %%
loss = net.loss(mse, x, cache)
net.backward(None, cache)
print(f"loss {loss:.5f}; length of each layer's gradient:")
for name, dW in net.named("grad").items():
    print(f"{name:12} {dW.shape!s:15} {np.linalg.norm(dW):.5f}")
print("encoder.0.W is a piece of theta:", np.shares_memory(net.named()["encoder.0.W"], net.theta))
