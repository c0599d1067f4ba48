"""An autoencoder trained block by block: the decoder for a while, then the encoder, each with its own method.

Nested alternating minimization moves one block at a time, the other standing still. Any optimizer can be the inner one:
here Adam moves the decoder and FISTA the encoder, thirty steps each in turn. A phase evaluates with its block, so that
backward stops below it: the decoder's phase computes nothing of the encoder's gradient.
"""
import numpy as np

from nanoae.data import Batches, load
from nanoae.losses import mse
from nanoae.models import conv_autoencoder
from nanoae.optim import FISTA, NAM, Adam

images = load("shapes").train[:640]
net = conv_autoencoder(16).build((1, 28, 28), rng=np.random.default_rng(0))
optimizer = NAM(net, [Adam(net["decoder"], 0.003), FISTA(net["encoder"], 0.3, restart="gradient")], every=30)
cache, order = net.make_cache(64), np.random.default_rng(1)
print(f"encoder {net['encoder'].theta.size:,} parameters, decoder {net['decoder'].theta.size:,}")

for epoch in range(1, 19):
    losses = []
    for x in Batches(images, 64).shuffled(order):
        turn = optimizer.active[0].block.name

        def evaluate(block=None, grad=True, x=x):
            net.forward(x, cache, train=True, need_y=False)
            value = net.loss(mse, x, cache)
            if grad:
                net.backward(None, cache, need_dx=False, need_dw=block)
            return value

        losses.append(float(optimizer.step(evaluate)))
    if epoch % 3 == 0:
        print(f"epoch {epoch:2}, the {turn}'s turn: loss {np.mean(losses):.4f}")
