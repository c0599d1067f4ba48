"""What happens to one image on its way through a network and back.

A small autoencoder is built layer by layer; its table, the size of every activation, and the gradient that reaches
every layer are printed. Nothing is hidden: theta is one vector, and each layer's W is a piece of it.
"""
import numpy as np

from nanoae import Stack
from nanoae.data import load, scaled
from nanoae.layers import Conv2d, ConvTranspose2d, ReLU, Sigmoid
from nanoae.losses import mse


def main():
    encoder = Stack([Conv2d(1, 4, 3, stride=2, padding=1), ReLU(), Conv2d(4, 8, 3, stride=2, padding=1), ReLU()],
                    name="encoder")
    decoder = Stack([ConvTranspose2d(8, 4, 4, stride=2, padding=1), ReLU(),
                     ConvTranspose2d(4, 1, 4, stride=2, padding=1), Sigmoid()], name="decoder")
    net = Stack([encoder, decoder]).build((1, 28, 28), backend="numpy", rng=np.random.default_rng(0), fuse=False)
    print(net.summary())

    x = scaled(load("shapes").test[:16])    # (16, 1, 28, 28)
    _, cache = net.forward(x)
    print("\nforward: mean and largest value of each output")
    for name, output in net.activations(cache).items():
        print(f"  {name:10} {output.shape!s:17} {output.mean():8.4f} {output.max():8.4f}")

    loss = net.loss(mse, x, cache)
    net.backward(None, cache)
    print(f"\nloss {loss:.5f}; backward: length of each layer's gradient")
    for name, dW in net.named("grad").items():
        print(f"  {name:12} {dW.shape!s:15} {np.linalg.norm(dW):.5f}")
    print("\nencoder.0.W is a piece of theta:", np.shares_memory(net.named()["encoder.0.W"], net.theta))


if __name__ == "__main__":
    main()
