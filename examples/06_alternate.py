# %% [markdown]
# # By turns: the decoder, then the encoder
#
# Nested alternating minimization moves one block of parameters at a time, the other standing still. Any optimizer can
# be the inner one: here Adam moves the decoder and FISTA the encoder, thirty steps each in turn.

# %%
import numpy as np

from nanoae.data import Batches, load
from nanoae.losses import mse
from nanoae.models import conv_autoencoder
from nanoae.optim import FISTA, NAM, Adam
from nanoae.training import Evaluation

images = load("shapes").train[:640]
net = conv_autoencoder(16).build((1, 28, 28), rng=np.random.default_rng(0))
optimizer = NAM(net, [Adam(net["decoder"], 0.003), FISTA(net["encoder"], 0.3, adaptive_restart=True)], every=30)
print(f"encoder {net['encoder'].theta.size:,} parameters, decoder {net['decoder'].theta.size:,}")

# %% [markdown]
# A phase evaluates with its block, so that backward stops below it: the decoder's phase computes nothing of the
# encoder's gradient.

# %%
evaluate, order = Evaluation(net, mse, net.make_cache(64)), np.random.default_rng(1)
for epoch in range(1, 19):
    losses = []
    for batch in Batches(images, 64).shuffled(order):
        turn = optimizer.active[0].block.name
        evaluate.batch = batch
        losses.append(float(optimizer.step(evaluate)))
    if epoch % 3 == 0:
        print(f"epoch {epoch:2}, the {turn}'s turn: loss {np.mean(losses):.4f}")
