"""Paper 4's algorithm 1, and its two rivals, as stages.

    1  [G1, D1] <- L(G1, D1, X)                                        pair 1, raw
    4  for k = 2 ... m:
    6      X_g <- E(X), inputs and targets through the encoder so far
    7      [Gk, Dk] <- L(Gk, Dk, X_g)                                  pair k
    8      G <- the stack with Gk inside,   D <- D without its head, then Dk
    10     G <- T(G, X)                                                tune G k
    12     D <- T(D, {G(x_phi), x_mu})                                 tune D k

The paper once swaps x_phi and x_mu; here x_phi is the input and x_mu the target, and its D(G(y)) is D(y).
"""
from ...losses import bce_with_logits, mse
from ...models.stacked import discriminator, nested, without_head
from ...optim import Adam
from ...training.discriminator import GAMES
from .pair import Pair
from .tuning import Discriminating, Tuned


class Algorithm:
    """Makes the stages of one training. s: settings; common: what every Fit is given beside net, optimizer and loss."""

    def __init__(self, s, levels, shape, seeds, common):
        self.s, self.levels, self.shape, self.seeds, self.common = s, levels, shape, seeds, common

    def built(self, stack, shape):
        return stack.build(shape, self.s.dtype, self.s.backend, self.seeds.weights)

    def generator(self, depth, before=None):
        return self.built(nested(self.levels[:depth], self.shape, before), self.shape)

    def settled(self, fit, name):
        """A stage's Fit with its name, its tests and its patience."""
        fit.stage, fit.measure = name, fit.remembered
        fit.stop_early(self.s.stage_patience)
        return fit

    def pair(self, net, critic, carried, name, whole=False):
        """L: the innermost pair of the generator `net`, or all of it, with a discriminator or without."""
        of_pair = Pair(net, None, mse, critic=critic, carried=carried, game=GAMES[self.s.loss],
                       weight=self.s.reconstruction, whole=whole, **self.common())
        of_pair.optimizer = Adam(of_pair.inner, self.s.lr)
        of_pair.rival = critic and Adam(critic, self.s.lr, (0.5, 0.999))
        of_pair.test = of_pair.pair_error
        return self.settled(of_pair, name)

    def new_pair(self, depth, playing):
        """make_fit of pair `depth`: it takes over the stack before it and, where a game is played, carries its D."""
        def make_fit(before):
            net = self.generator(depth, before and before.net)
            within = self.shape if depth == 1 else net["encoder"][depth - 2].out_shape
            critic = self.built(discriminator(self.levels[depth - 1:depth], within), within) if playing else None
            carried = before.critic if playing and before else None
            return self.pair(net, critic, carried, f"pair {depth}")
        return make_fit

    def tuned(self, depth):
        def make_fit(before):
            whole = Tuned(before.net, Adam(before.net, self.s.lr), mse, critic=before.critic, carried=before.carried,
                          **self.common())
            return self.settled(whole, f"tune G {depth}")
        return make_fit

    def discriminating(self, depth):
        """make_fit of T(D): the stacked D without its head, then the new pair's convolution and head."""
        def make_fit(before):
            kept = without_head(before.carried)
            stacked = discriminator((), self.shape, [*kept, *without_head(before.critic)])
            critic = self.built(stacked, self.shape)
            for name in ("W", "b"):    # the new pair's head
                getattr(critic[-1], name)[...] = getattr(before.critic[-1], name)
            fit = Discriminating(before.net, Adam(critic, self.s.lr, (0.5, 0.999)), bce_with_logits, critic=critic,
                                 **self.common())
            fit.test = fit.rating_loss
            return self.settled(fit, f"tune D {depth}")
        return make_fit

    def gasca(self):
        """The paper's algorithm."""
        stages = [self.new_pair(1, True)]
        for k in range(2, len(self.levels) + 1):
            stages += [self.new_pair(k, True), self.tuned(k), self.discriminating(k)]
        return stages

    def greedy(self):
        """Plain greedy layer-wise training: pairs without a game, nothing is tuned."""
        return [self.new_pair(k, False) for k in range(1, len(self.levels) + 1)]

    def joint(self):
        """The whole generator against the whole discriminator from the start."""
        def make_fit(before):
            critic = self.built(discriminator(self.levels, self.shape), self.shape)
            return self.pair(self.generator(len(self.levels)), critic, None, "all pairs", whole=True)
        return [make_fit]


def multiply_adds(stages):
    """What an epoch of each stage costs, by making them all one after the other, untrained."""
    costs, before = [], None
    for make_fit in stages:
        before = make_fit(before)
        costs.append(before.multiply_adds() * len(before.batches.images))
    return costs
