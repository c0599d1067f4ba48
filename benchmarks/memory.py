"""What a training step holds in memory, by model: python -m benchmarks.memory"""
import numpy as np

from nanoae import Stack
from nanoae.losses import mse
from nanoae.samples import Chosen

from .models import SHAPES, network


def held(letter):
    """MB (10^6 bytes) by kind, after one step: theta with its gradient and Adam's two vectors, and the cache's."""
    n, *shape = SHAPES[letter]
    net: Stack = network(letter).build(tuple(shape), "float32", "numba", np.random.default_rng(0))
    cache, x = net.make_cache(n), Chosen(np.zeros((n, *shape), np.uint8), np.arange(n))
    net.forward(x, cache, train=True, need_y=False)
    net.loss(mse, x, cache)
    net.backward(None, cache, need_dx=False)
    return {"weights": 4 * net.theta.nbytes / 1e6} | {kind: size / 1e6 for kind, size in cache.nbytes.items()}


def main():
    print(f"{'model':8}{'batch':>6}{'weights':>10}{'activations':>13}{'gradients':>11}{'scratch':>9}{'all':>8}")
    for letter in "ABCDF":
        mb = held(letter)
        print(f"{letter:8}{SHAPES[letter][0]:6}{mb['weights']:10.2f}{mb['activations']:13.2f}{mb['gradients']:11.2f}"
              f"{mb['scratch']:9.2f}{sum(mb.values()):8.2f}")


if __name__ == "__main__":
    main()
