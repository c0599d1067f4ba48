"""Each convolution of a model on the GPU, forward, to the input and the weights, against PyTorch's and its own bound.

Many launches of one kernel stand in a graph, so that what is timed is the device's work alone.
"""
import time
from functools import partial

import numpy as np

from nanoae.layers import Conv2d, ConvTranspose2d

from .models import SHAPES, discriminator, generator, network

LAUNCHES = 50    # in a graph
SECONDS = 0.05    # of replays that are timed


def convolutions(letter):
    """[(layer, shape of its input, samples)] of a model, each kind once."""
    n, *shape = SHAPES[letter]
    nets = [(generator(), (100, 1, 1)), (discriminator(), (1, 28, 28))] if letter == "E" else [
        (network(letter), tuple(shape))]
    found = {}
    for net, shape in nets:
        net.build(shape, "float32", "numpy", np.random.default_rng(0))
        for layer in net.leaves:
            if isinstance(layer, Conv2d | ConvTranspose2d):
                found.setdefault((repr(layer), layer.in_shape), (layer.copy_unbuilt(), layer.in_shape, n))
    return list(found.values())


def kernels_of(layer, shape, n, kernels):
    """({act: a function that launches its kernel}, multiply-adds, bytes that have to move)"""
    xp = kernels.xp
    layer.build(shape, "float32", kernels, np.random.default_rng(0))
    x, y = (xp.zeros(kernels.storage(n, one), np.float32) for one in (layer.in_shape, layer.out_shape))
    there, back = kernels.conv2d_forward, kernels.conv2d_input_grad
    transposed = isinstance(layer, ConvTranspose2d)
    if transposed:
        there, back = back, there
    a, b = (y, x) if transposed else (x, y)
    acts = {"forward": partial(there, x, layer.W, layer.b, layer.geometry, out=y),
            "input": partial(back, y, layer.W, None, layer.geometry, out=x),
            "weights": partial(kernels.conv2d_weight_grad, a, b, layer.geometry, out=layer.dW, out_b=layer.db,
                               transposed=transposed)}
    return acts, n * layer.multiply_adds(), x.nbytes + y.nbytes + layer.W.nbytes


def theirs(layer, shape, n):
    """The same of PyTorch."""
    import torch
    from torch.nn import functional
    torch.set_default_device("cuda")
    x = torch.rand(n, *shape, requires_grad=True)
    W, b = torch.rand(layer.parameters["W"], requires_grad=True), torch.rand(layer.parameters["b"], requires_grad=True)
    act = functional.conv_transpose2d if isinstance(layer, ConvTranspose2d) else functional.conv2d
    given = {"stride": layer.stride, "padding": layer.padding[:2], "dilation": layer.dilation, "groups": layer.groups}
    if isinstance(layer, ConvTranspose2d):
        given["output_padding"] = layer.output_padding
    y = act(x, W, b, **given)
    dy = torch.rand_like(y)
    return {"forward": partial(act, x, W, b, **given),
            "input": partial(torch.autograd.grad, y, x, dy, retain_graph=True),
            "weights": partial(torch.autograd.grad, y, (W, b), dy, retain_graph=True)}


def in_our_graph(act, kernels):
    """A function that launches a kernel LAUNCHES times."""
    with kernels.capture() as program:
        for _ in range(LAUNCHES):
            act()
    return program.replay


def in_their_graph(act):
    import torch
    for _ in range(3):
        act()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(LAUNCHES):
            act()
    return graph.replay


def microseconds(replay, wait):
    """Of one launch, the median of several timings."""
    replay()
    wait()
    found, until = [], time.perf_counter() + SECONDS
    while time.perf_counter() < until or len(found) < 3:
        began = time.perf_counter()
        replay()
        wait()
        found.append((time.perf_counter() - began) * 1e6 / LAUNCHES)
    return float(np.median(found))


def bound(macs, moved, limits):
    """Microseconds that a device of these limits needs at the least."""
    return max(2 * macs / limits["gflops"] * 1e-3, moved / limits["gbs"] * 1e-3)


def measured(letter, kernels, wait, limits, with_theirs=True):
    """A row for each convolution and act: ours, PyTorch's, and the bound, in microseconds."""
    rows = []
    for layer, shape, n in convolutions(letter):
        peers = theirs(layer, shape, n) if with_theirs else {}
        acts, macs, moved = kernels_of(layer, shape, n, kernels)
        for name, act in acts.items():
            least = bound(macs, moved, limits)
            row = {"model": letter, "layer": repr(layer), "act": name, "bound_us": round(least, 2),
                   "ours_us": round(microseconds(in_our_graph(act, kernels), wait), 2),
                   "asked_us": round(max(3.0, least / 0.6), 2)}
            if peers:
                row["pytorch_us"] = round(microseconds(in_their_graph(peers[name]), wait), 2)
            rows.append(row)
    return rows
