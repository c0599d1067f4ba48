"""How many inner iterations, and which step? ANAMO on a deep convolutional encoder of MNIST, against Adam.

    python -m benchmarks.anamo_study --data-dir ../shared/data [--budget 3000] [--out FILE] [--picture FILE]

Every cell is given the same number of gradient evaluations of a mini-batch of 250. A forward and backward counts as 1;
a gradient of the penalty, which runs through the encoder alone, by the encoder's share of the multiply-adds; a value
without a gradient as a third.
"""
import argparse
import json

import numpy as np

from nanoae import Stack
from nanoae.data import Batches, load
from nanoae.layers import ReLU
from nanoae.losses import mse
from nanoae.models import conv_autoencoder
from nanoae.optim import FISTA, NAM, Adam, CodePenalty, Phase
from nanoae.pictures import figure
from nanoae.training import mean_loss

COUNTS = ((1, 1), (2, 2), (5, 5), (5, 15), (15, 5))    # steps of the encoder, of the decoder
PENALTY = 1e-6    # lambda: beside the mean squared error, of the sum of a mini-batch's codes
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000", "#999999")


class Spent(Exception):
    """The budget is used up."""


def network():
    """Paper 2's network with a ReLU on its 48 codes; from He's weights, since smaller ones begin on a plateau."""
    plain = conv_autoencoder(48, init="he")
    net = Stack([Stack([*plain["encoder"], ReLU()], name="encoder"), Stack([*plain["decoder"]], name="decoder")])
    return net.build((1, 28, 28), rng=np.random.default_rng(0))


def fista(part, rule, penalty=None):
    """FISTA whose step is fixed, found by backtracking, or one over the curvature that a power iteration finds."""
    if rule == "backtracking":
        return FISTA(part, 10.0, penalty, backtracking=True)
    return FISTA(part, 10.0, penalty, power=5) if rule == "power" else FISTA(part, 2.0, penalty)


def cell(data, rule, counts, budget, every):
    """One training: {'name', 'curve': [(gradient evaluations, test error)], 'residual' of the prox at worst}."""
    net = network()
    cache, order, batches = net.make_cache(250), np.random.default_rng(1), Batches(data.train, 250)
    tests = Batches(data.test, 500)
    share = net["encoder"].macs() / net.macs()
    penalty = CodePenalty(net["encoder"], PENALTY, tolerance=1e-3, most=20)
    if rule == "adam":
        optimizer, name = Adam(net, 0.001), "Adam on all, lr 0.001"
    else:
        optimizer = NAM(net, [Phase(fista(net["encoder"], rule, penalty), counts[0]),
                              Phase(fista(net["decoder"], rule), counts[1])])
        name = f"{rule}, {counts[0]} + {counts[1]} steps"
    spent, curve = 0.0, [(0.0, mean_loss(net, mse, tests))]

    def evaluate(block=None, grad=True):
        nonlocal spent
        net.forward(evaluate.batch, cache, train=True, need_y=False)
        value = net.loss(mse, evaluate.batch, cache)
        if grad:
            net.backward(None, cache, need_dx=False, need_dw=True if block is None else block)
        spent += 1 if grad else 1 / 3
        return value

    try:
        while True:
            for x, _ in batches.shuffled(order):
                evaluate.batch, before = x, penalty.gradients
                optimizer.step(evaluate)
                spent += (penalty.gradients - before) * share
                if spent >= min(len(curve) * every, budget):
                    curve.append((spent, mean_loss(net, mse, tests)))
                if spent >= budget:
                    raise Spent
    except Spent:
        pass
    return {"name": name, "rule": rule, "steps": list(counts), "curve": curve, "test_loss": curve[-1][1],
            "residual": optimizer.certificate().get("prox_residual"), "tolerance": penalty.tolerance, "budget": budget}


def draw(path, cells):
    """Test error against gradient evaluations."""
    made = figure(8.5, 5)
    axes = made.add_subplot()
    for k, one in enumerate(cells):
        spent, losses = zip(*one["curve"], strict=True)
        axes.plot(spent, losses, color=COLOURS[k % len(COLOURS)], linestyle=("-", "--", "-.", ":")[k % 4],
                  label=f"{one['name']}: {one['test_loss']:.4f}")
    axes.set(title="ANAMO on a deep encoder, real MNIST: inner iterations and step rules",
             xlabel="gradient evaluations of a mini-batch", ylabel="test mean squared error (log scale)", yscale="log")
    axes.grid(alpha=0.3, which="both")
    axes.legend(fontsize=8)
    made.savefig(path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data-dir")
    arguments.add_argument("--budget", type=float, default=3000)
    arguments.add_argument("--out", help="a file that gets the figures as JSON")
    arguments.add_argument("--picture")
    options = arguments.parse_args()
    if not options.budget > 0:
        arguments.error("--budget is a positive number of gradient evaluations")
    data, cells = load("mnist", options.data_dir), []
    for rule, counts in [("adam", (0, 0)), *(("power", counts) for counts in COUNTS), ("backtracking", (5, 5)),
                         ("fixed", (5, 5))]:
        cells.append(cell(data, rule, counts, options.budget, options.budget / 30))
        print(f"{cells[-1]['name']:28} test error {cells[-1]['test_loss']:.4f}  prox residual at most "
              f"{cells[-1]['residual'] or 0:.1e}", flush=True)
    if options.out:
        with open(options.out, "w") as file:
            json.dump(cells, file, indent=1)
    if options.picture:
        draw(options.picture, cells)


if __name__ == "__main__":
    main()
