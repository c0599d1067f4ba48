# %% [markdown]
# # An optimizer of your own, from its formula
#
# Lion (Chen et al. 2023) moves by the sign of a moving average:
#
#     c     <- beta1 m + (1 - beta1) g
#     theta <- theta - lr (sign(c) + weight_decay theta)
#     m     <- beta2 m + (1 - beta2) g
#
# `vectors` names what it keeps, so that it can be saved and resumed; `update` is one step from the gradient as it
# stands.

# %%
import numpy as np

from nanoae.data import Batches, load
from nanoae.losses import mse
from nanoae.models import conv_autoencoder
from nanoae.optim import Adam, Optimizer
from nanoae.training import Fit, Seeds


class Lion(Optimizer):
    vectors = ("m",)

    def __init__(self, part, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(part, lr)
        self.betas, self.weight_decay = betas, weight_decay

    def update(self):
        (beta1, beta2), g, m = self.betas, self.grad, self.m
        c = beta1 * m + (1 - beta1) * g
        self.theta -= self.lr * (np.sign(c) + self.weight_decay * self.theta)
        m[...] = beta2 * m + (1 - beta2) * g


# %% [markdown]
# A `Fit` trains: here beside Adam, from the same weights on the same batches. With the class alone in a file, `nanoae
# run mnist-autoencoder --optimizer FILE.py:Lion --set lr=3e-4` trains a recipe with it.

# %%
data = load("embedded")
for make in (Adam, lambda net: Lion(net, lr=3e-4)):
    net = conv_autoencoder(16).build(data.shape, rng=Seeds(0).weights)
    train, test = (Batches(images, 128, net.dtype) for images in (data.train, data.test))
    fit = Fit(net, make(net), mse, train, test, epochs=3, seeds=Seeds(0))
    fit.run()
    print(f"{type(fit.optimizer).__name__:5} test loss {fit.history[-1]['test_loss']:.4f} after {fit.epochs} epochs")
