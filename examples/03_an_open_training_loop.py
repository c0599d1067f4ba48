# %% [markdown]
# # An open training loop
#
# The loop evaluates a mini-batch (forward, loss, backward) and lets the optimizer move `theta`. An optimizer is given
# the way to evaluate, and not a gradient: so those that look more than once, as FISTA does, fit into the same loop.

# %%
import numpy as np

from nanoae.data import Batches, load
from nanoae.losses import mse
from nanoae.models import conv_autoencoder
from nanoae.optim import Adam, Lookahead


def train(make_optimizer, images, epochs=6):
    net = conv_autoencoder(latent=8).build((1, 28, 28), backend="numpy", rng=np.random.default_rng(0))
    optimizer, batches, order = make_optimizer(net), Batches(images, 64), np.random.default_rng(1)
    cache = net.make_cache(64)
    for _ in range(epochs):
        for x, target in batches.shuffled(order):
            def evaluate(block=None, grad=True, x=x, target=target):
                net.forward(x, cache, train=True, need_y=False)
                value = net.loss(mse, target, cache)
                if grad:
                    net.backward(None, cache, need_dx=False)
                return value

            optimizer.step(evaluate)
            net.commit(cache)    # batch norm's running statistics, if there are any
    with optimizer.evaluation_weights():    # Lookahead wants its slow weights tested
        x, target = next(batches.in_order())
        net.forward(x, cache)
        return float(net.loss(mse, target, cache))


# %% [markdown]
# Adam, and Lookahead around Adam: the same lines, the same first weights, the same mini-batches.

# %%
images = load("digits").train[::6]
makers = {"Adam": lambda net: Adam(net, lr=0.005),
          "Lookahead(Adam)": lambda net: Lookahead(Adam(net, lr=0.005), k=5, alpha=0.5)}
for name, make in makers.items():
    print(f"{name:16} loss after six epochs: {train(make, images):.5f}")
