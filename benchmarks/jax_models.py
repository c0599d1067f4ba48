"""The same six steps in JAX, jitted as a whole: forward, loss, gradients and Adam are one call, its arrays donated.

    jax        images (n, h, w, c)          jax_nchw   images (n, c, h, w)
"""
from functools import partial

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp

from .models import SHAPES

MODES = ("jax", "jax_nchw")


class Layers:
    """Layers as (initial parameters, function of parameters and x), in one order of axes."""

    def __init__(self, mode, dtype, rng):
        self.axes = ("NHWC", "HWIO", "NHWC") if mode == "jax" else ("NCHW", "OIHW", "NCHW")
        self.first, self.dtype, self.rng = mode == "jax", dtype, rng

    def draw(self, *shape, scale):
        return self.rng.uniform(-scale, scale, shape).astype(self.dtype)

    def sliding(self, c_in, c_out, kernel, stride, pad, spread, extra):
        shape = (kernel, kernel, c_in, c_out) if self.first else (c_out, c_in, kernel, kernel)
        scale = (c_in * kernel * kernel) ** -0.5
        parameters = {"W": self.draw(*shape, scale=scale), "b": self.draw(c_out, scale=scale)}

        def apply(p, x):
            y = lax.conv_general_dilated(x, p["W"], (stride, stride), [(pad, pad + extra)] * 2, (spread, spread),
                                         dimension_numbers=self.axes)
            return y + (p["b"] if self.first else p["b"][:, None, None])
        return parameters, apply

    def conv(self, c_in, c_out, kernel, stride=1, pad=0):
        return self.sliding(c_in, c_out, kernel, stride, pad, 1, 0)

    def up(self, c_in, c_out, kernel, stride=1, pad=0, extra=0):
        """A transposed convolution: a convolution over cells that lie `stride` apart."""
        return self.sliding(c_in, c_out, kernel, 1, kernel - 1 - pad, stride, extra)

    def linear(self, k_in, k_out):
        scale = k_in ** -0.5
        return ({"W": self.draw(k_in, k_out, scale=scale), "b": self.draw(k_out, scale=scale)},
                lambda p, x: x @ p["W"] + p["b"])

    def norm(self, channels):
        along = (0, 1, 2) if self.first else (0, 2, 3)
        widen = (lambda a: a) if self.first else (lambda a: a[:, None, None])

        def apply(p, x):
            centred = x - jnp.mean(x, along, keepdims=True)
            scaled = centred * lax.rsqrt(jnp.mean(centred * centred, along, keepdims=True) + 1e-5)
            return scaled * widen(p["W"]) + widen(p["b"])
        return {"W": np.ones(channels, self.dtype), "b": np.zeros(channels, self.dtype)}, apply

    def image(self, c, h, w):
        """A reshape to images."""
        return {}, lambda p, x: x.reshape(len(x), *((h, w, c) if self.first else (c, h, w)))


def plain(function):
    return {}, lambda p, x: function(x)


flat, relu, sigmoid, tanh = (plain(f) for f in (lambda x: x.reshape(len(x), -1), jax.nn.relu, jax.nn.sigmoid, jnp.tanh))
leaky = plain(partial(jax.nn.leaky_relu, negative_slope=0.2))


def nam(m):
    return [m.conv(3, 12, 4, 2, 1), relu, m.conv(12, 24, 4, 2, 1), relu, m.conv(24, 48, 4, 2, 1), relu,
            m.up(48, 24, 4, 2, 1), relu, m.up(24, 12, 4, 2, 1), relu, m.up(12, 3, 4, 2, 1), sigmoid]


def mnist(m):
    return [m.conv(1, 8, 3, 2, 1), relu, m.conv(8, 16, 3, 2, 1), relu, m.conv(16, 32, 3, 2), relu, flat,
            m.linear(288, 64), relu, m.linear(64, 48), m.linear(48, 64), relu, m.linear(64, 288), relu,
            m.image(32, 3, 3), m.up(32, 16, 3, 2), relu, m.up(16, 8, 3, 2, 1, 1), relu, m.up(8, 1, 3, 2, 1, 1), sigmoid]


def fashion(m):
    return [m.conv(1, 7, 3, 2, 1), m.norm(7), relu, m.conv(7, 10, 3, 2, 1), m.norm(10), relu, m.conv(10, 16, 3, 2),
            m.norm(16), relu, flat, m.linear(144, 32), relu, m.linear(32, 3), m.linear(3, 32), relu, m.linear(32, 144),
            relu, m.image(16, 3, 3), m.up(16, 10, 3, 2), m.norm(10), relu, m.up(10, 7, 3, 2, 1, 1), m.norm(7), relu,
            m.up(7, 1, 3, 2, 1, 1), sigmoid]


def frames(m):
    down = [one for a, b in ((3, 32), (32, 64), (64, 128), (128, 256)) for one in (m.conv(a, b, 3, 2, 1), relu)]
    high = [one for a, b in ((256, 128), (128, 64), (64, 32)) for one in (m.up(a, b, 4, 2, 1), relu)]
    return [*down, *high, m.up(32, 3, 4, 2, 1), sigmoid]


def anamo(m):
    return [m.linear(100, 10), sigmoid, m.linear(10, 100), sigmoid]


def generator(m):
    return [m.up(100, 256, 7), m.norm(256), relu, m.up(256, 128, 4, 2, 1), m.norm(128), relu, m.up(128, 64, 4, 2, 1),
            m.norm(64), relu, m.up(64, 1, 3, 1, 1), tanh]


def discriminator(m):
    return [m.conv(1, 64, 3, 1, 1), leaky, m.conv(64, 128, 4, 2, 1), m.norm(128), leaky, m.conv(128, 256, 4, 2, 1),
            m.norm(256), leaky, m.conv(256, 1, 7)]


def through(layers, parameters, x):
    for (_, apply), p in zip(layers, parameters, strict=True):
        x = apply(p, x)
    return x


def start(layers):
    """Parameters, and Adam's (count, first and second averages)."""
    parameters = [p for p, _ in layers]
    zeros = jax.tree.map(np.zeros_like, parameters)
    return jax.device_put((parameters, (np.float32(0), zeros, zeros)))


def adam(parameters, state, grads, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8):
    t = state[0] + 1
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, state[1], grads)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, state[2], grads)
    moved = jax.tree.map(lambda p, m, v: p - lr / (1 - b1 ** t) * m / (jnp.sqrt(v / (1 - b2 ** t)) + eps),
                         parameters, m, v)
    return moved, (t, m, v)


def step_of(letter, mode, dtype="float32"):
    """A function that takes one training step in this mode, and waits for it."""
    if dtype == "float64":
        jax.config.update("jax_enable_x64", True)
    rng = np.random.default_rng(0)
    make = Layers(mode, dtype, rng)
    if letter == "E":
        return gan_step(make, rng)
    layers = {"A": nam, "B": mnist, "C": fashion, "D": frames, "F": anamo}[letter](make)
    n, *shape = SHAPES[letter]
    shape = (*shape[1:], shape[0]) if mode == "jax" and len(shape) == 3 else shape
    x = jax.device_put(rng.random((n, *shape)).astype(dtype))

    @partial(jax.jit, donate_argnums=(0, 1))
    def update(parameters, state, x):
        loss, grads = jax.value_and_grad(lambda p: jnp.mean((through(layers, p, x) - x) ** 2))(parameters)
        return loss, *adam(parameters, state, grads)

    held = [start(layers)]

    def step():
        loss, *held[0] = update(*held[0], x)
        loss.block_until_ready()

    return step


def gan_step(make, rng):
    players = generator(make), discriminator(make)
    g_layers, d_layers = players
    move = partial(adam, lr=2e-4, b1=0.5)
    real = jax.device_put(rng.uniform(-1, 1, (128, 28, 28, 1) if make.first else (128, 1, 28, 28)).astype(make.dtype))
    z = jax.device_put(rng.standard_normal((128, 1, 1, 100) if make.first else (128, 100, 1, 1)).astype(make.dtype))

    @partial(jax.jit, donate_argnums=(0, 1))
    def update(g, d, real, z):
        def of_d(p, fake):
            return jnp.mean((through(d_layers, p, real) - 1) ** 2) + jnp.mean(through(d_layers, p, fake) ** 2)

        def of_g(p, judge):
            return jnp.mean((through(d_layers, judge, through(g_layers, p, z)) - 1) ** 2)

        d = move(*d, jax.grad(of_d)(d[0], lax.stop_gradient(through(g_layers, g[0], z))))
        loss, grads = jax.value_and_grad(of_g)(g[0], d[0])
        return loss, move(*g, grads), d

    held = [[start(layers) for layers in players]]

    def step():
        loss, *held[0] = update(*held[0], real, z)
        loss.block_until_ready()

    return step
