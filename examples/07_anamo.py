# %% [markdown]
# # Algorithm 1 of paper 3
#
# FISTA on the encoder with a sparse code's prox, FISTA on the decoder, in turn. The pictures are 10 x 10, their left
# half whiter. Each outer iteration takes five steps of the encoder, whose prox is solved to a stated residual, and
# fifteen of the decoder.

# %%
import numpy as np

from nanoae import Stack
from nanoae.data.half_images import load_half_images
from nanoae.layers import Flatten, Linear, Reshape, Sigmoid
from nanoae.losses import mse
from nanoae.optim import FISTA, NAM, CodePenalty, Phase

data = load_half_images()
x, new = data.train / 255, data.test / 255
net = Stack([Stack([Flatten(), Linear(100, 10), Sigmoid()], name="encoder"),
             Stack([Linear(10, 100), Sigmoid(), Reshape((1, 10, 10))], name="decoder")])
net.build((1, 10, 10), "float64", rng=np.random.default_rng(0))
net.theta[...] = np.random.default_rng(1).standard_normal(net.theta.size)
cache = net.make_cache(len(x))


def evaluate(block=None, grad=True):
    net.forward(x, cache, train=True, need_y=False)
    value = net.loss(mse, x, cache, "sum")
    if grad:
        net.backward(None, cache, need_dx=False, need_dw=block)
    return value


def bias():
    """Mean Euclidean distance between new images and their reconstructions."""
    return np.mean(np.sqrt(np.sum((net.forward(new)[0] - new) ** 2, axis=(1, 2, 3))))


# %% [markdown]
# The step of either block is one over its curvature, which a power iteration estimates when its turn begins.

# %%
evaluate.batch = x
penalty = CodePenalty(net["encoder"], 0.1)    # lambda times the sum of |code|
encoder, decoder = FISTA(net["encoder"], 1.0, penalty, power=10), FISTA(net["decoder"], 1.0, power=10)
optimizer = NAM(net, [Phase(encoder, 5), Phase(decoder, 15)])
print(f"before: test bias {bias():.3f}")
for k in range(10):
    loss = optimizer.step(evaluate)
    print(f"outer iteration {k + 1:2}: loss {loss:7.2f}  test bias {bias():.3f}  steps 1/{encoder.curvature:.0f} and "
          f"1/{decoder.curvature:.0f}  prox residual {penalty.residual:.0e}")
