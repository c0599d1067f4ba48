"""The same steps in PyTorch, in several modes: what each needs is set before the first step and never timed.

    eager        torch.optim.Adam as it comes          compile      the loss through torch.compile, Adam(fused=True)
    fused        Adam(fused=True)                      cl_compile   both
    cl           channels_last, Adam(fused=True)
    cuda_eager   eager on the GPU                      cuda_reduce  torch.compile(mode="reduce-overhead") there
    ..._tf32     with products of 19 bits
"""
from functools import partial

import torch
from torch import nn
from torch.nn import functional

from .models import SHAPES

MODES = ("eager", "fused", "cl", "compile", "cl_compile")
conv, up = nn.Conv2d, nn.ConvTranspose2d


def alternate(layers, between):
    """Layers with a fresh `between` after each."""
    return [module for layer in layers for module in (layer, between())]


def nam():
    return [*alternate([conv(3, 12, 4, 2, 1), conv(12, 24, 4, 2, 1), conv(24, 48, 4, 2, 1), up(48, 24, 4, 2, 1),
                        up(24, 12, 4, 2, 1)], nn.ReLU), up(12, 3, 4, 2, 1), nn.Sigmoid()]


def mnist():
    down = alternate([conv(1, 8, 3, 2, 1), conv(8, 16, 3, 2, 1), conv(16, 32, 3, 2)], nn.ReLU)
    middle = [nn.Flatten(), nn.Linear(288, 64), nn.ReLU(), nn.Linear(64, 48), nn.Linear(48, 64), nn.ReLU(),
              nn.Linear(64, 288), nn.ReLU(), nn.Unflatten(1, (32, 3, 3))]
    return [*down, *middle, *alternate([up(32, 16, 3, 2), up(16, 8, 3, 2, 1, 1)], nn.ReLU), up(8, 1, 3, 2, 1, 1),
            nn.Sigmoid()]


def fashion():
    def normed(layer, channels):
        return [layer, nn.BatchNorm2d(channels), nn.ReLU()]
    middle = [nn.Flatten(), nn.Linear(144, 32), nn.ReLU(), nn.Linear(32, 3), nn.Linear(3, 32), nn.ReLU(),
              nn.Linear(32, 144), nn.ReLU(), nn.Unflatten(1, (16, 3, 3))]
    return [*normed(conv(1, 7, 3, 2, 1), 7), *normed(conv(7, 10, 3, 2, 1), 10), *normed(conv(10, 16, 3, 2), 16),
            *middle, *normed(up(16, 10, 3, 2), 10), *normed(up(10, 7, 3, 2, 1, 1), 7), up(7, 1, 3, 2, 1, 1),
            nn.Sigmoid()]


def frames():
    down = [conv(a, b, 3, 2, 1) for a, b in ((3, 32), (32, 64), (64, 128), (128, 256))]
    high = [up(a, b, 4, 2, 1) for a, b in ((256, 128), (128, 64), (64, 32))]
    return [*alternate([*down, *high], nn.ReLU), up(32, 3, 4, 2, 1), nn.Sigmoid()]


def anamo():
    return [nn.Linear(100, 10), nn.Sigmoid(), nn.Linear(10, 100), nn.Sigmoid()]


def players():
    g = nn.Sequential(up(100, 256, 7), nn.BatchNorm2d(256), nn.ReLU(), up(256, 128, 4, 2, 1), nn.BatchNorm2d(128),
                      nn.ReLU(), up(128, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(), up(64, 1, 3, 1, 1), nn.Tanh())
    d = nn.Sequential(conv(1, 64, 3, 1, 1), nn.LeakyReLU(0.2), conv(64, 128, 4, 2, 1), nn.BatchNorm2d(128),
                      nn.LeakyReLU(0.2), conv(128, 256, 4, 2, 1), nn.BatchNorm2d(256), nn.LeakyReLU(0.2),
                      conv(256, 1, 7))
    return g, d


def narrow_players():
    """fashion-gan's, with its initial weights."""
    g = nn.Sequential(up(100, 64, 7), nn.BatchNorm2d(64), nn.ReLU(), up(64, 32, 4, 2, 1), nn.BatchNorm2d(32), nn.ReLU(),
                      up(32, 16, 4, 2, 1), nn.BatchNorm2d(16), nn.ReLU(), up(16, 1, 3, 1, 1), nn.Sigmoid())
    d = nn.Sequential(conv(1, 16, 3, 1, 1), nn.LeakyReLU(0.2), conv(16, 32, 4, 2, 1), nn.BatchNorm2d(32),
                      nn.LeakyReLU(0.2), conv(32, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.LeakyReLU(0.2), conv(64, 1, 7))
    for layer in (*g, *d):
        if isinstance(layer, conv | up):
            nn.init.normal_(layer.weight, 0, 0.02)
            nn.init.zeros_(layer.bias)
    return g, d


def laid_out(thing, mode):
    """A module or tensor in channels_last where the mode asks for it."""
    return thing.to(memory_format=torch.channels_last) if mode.startswith("cl") else thing


def step_of(letter, mode, dtype="float32"):
    """A function that takes one training step in this mode."""
    torch.manual_seed(0)
    torch.set_default_dtype(getattr(torch, dtype))
    fused = True if "eager" not in mode else None
    compiled = torch.compile if "compile" in mode else lambda function: function
    if mode.startswith("cuda"):
        torch.set_default_device("cuda")
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = mode.endswith("tf32")
        compiled = partial(torch.compile, mode="reduce-overhead") if "reduce" in mode else compiled
    if letter in "EG":
        return (gan_step if letter == "E" else game_step)(mode, fused, compiled)
    net = nn.Sequential(*{"A": nam, "B": mnist, "C": fashion, "D": frames, "F": anamo}[letter]())
    x = torch.rand(SHAPES[letter])
    if letter != "F":
        net, x = laid_out(net, mode), laid_out(x, mode)
    optimizer = torch.optim.Adam(net.parameters(), fused=fused)
    loss = compiled(lambda x: functional.mse_loss(net(x), x))

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(x).backward()
        optimizer.step()

    return step


def gan_step(mode, fused, compiled):
    g, d = (laid_out(player, mode) for player in players())
    g_adam, d_adam = (torch.optim.Adam(p.parameters(), 2e-4, (0.5, 0.999), fused=fused) for p in (g, d))
    real, z = laid_out(torch.rand(128, 1, 28, 28) * 2 - 1, mode), laid_out(torch.randn(128, 100, 1, 1), mode)
    make = compiled(g)
    d_loss = compiled(lambda fake, real: ((d(real) - 1) ** 2).mean() + (d(fake) ** 2).mean())
    g_loss = compiled(lambda fake: ((d(fake) - 1) ** 2).mean())

    def step():
        fake = make(z)
        d_adam.zero_grad(set_to_none=True)
        d_loss(fake.detach(), real).backward()
        d_adam.step()
        g_adam.zero_grad(set_to_none=True)
        g_loss(fake).backward()
        g_adam.step()

    return step


def game_step(mode, fused, compiled):
    """fashion-gan's step: the discriminator on real and made images, then the generator, non-saturating."""
    g, d = (laid_out(player, mode) for player in narrow_players())
    g_adam, d_adam = (torch.optim.Adam(p.parameters(), 2e-4, (0.5, 0.999), fused=fused) for p in (g, d))
    images = torch.randint(0, 256, (256, 1, 28, 28), dtype=torch.uint8)
    chosen = torch.randperm(256)[:128]
    bce = functional.binary_cross_entropy_with_logits
    ones, zeros = torch.ones(128, 1, 1, 1), torch.zeros(128, 1, 1, 1)
    make = compiled(g)
    d_loss = compiled(lambda fake, real: bce(d(real), ones) + bce(d(fake), zeros))
    g_loss = compiled(lambda fake: bce(d(fake), ones))

    def step():
        real = laid_out(images[chosen].float() / 255, mode)
        fake = make(laid_out(torch.randn(128, 100, 1, 1), mode))
        d_adam.zero_grad(set_to_none=True)
        d_loss(fake.detach(), real).backward()
        d_adam.step()
        g_adam.zero_grad(set_to_none=True)
        g_loss(fake).backward()
        g_adam.step()

    return step
