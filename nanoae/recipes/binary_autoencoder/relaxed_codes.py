"""Paper 3's algorithm 3: codes as free variables, bits from them, an encoder fitted to the bits, the decoder once more.

    stage 1   for a mini-batch: FISTA on its codes h, min |x - D(h)|^2 + lambda |h|_1, the prox a soft threshold; then a
              step of the decoder                                                          (lines 3 and 4)
    stage 2   bits = step(h); the encoder learns them, each a logistic regression          (lines 6 and 7)
    stage 3   the decoder is fitted again, on the bits that the encoder gives
"""
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...losses import bce_with_logits
from ...optim import FISTA, Adam
from ...parameters import Vector
from ...prox import L1
from ...training import Fit, NonFiniteLoss, Stages


def last_stages(epochs):
    """Epochs of the second stage, and of the third; the first has the others."""
    return max(1, epochs // 4)


def relaxed_codes(s, fit):
    """The Stages; `fit` gives network, batches and generators to all of them, and s.code_step, penalty, code_steps."""
    n, decoder = len(fit.batches.images), fit.net["decoder"]
    codes = 0.1 * fit.seeds.weights.standard_normal((n, *decoder.in_shape)).astype(fit.net.dtype)
    whole = vars(fit) | {"codes": codes, "code_step": s.code_step, "penalty": s.penalty, "code_steps": s.code_steps}

    def stage(kind, block):
        return lambda net: kind(**(whole | {"optimizer": Adam(fit.net[block], s.lr)}))

    last = last_stages(s.epochs)
    return Stages([(s.epochs - 2 * last, stage(Relax, "decoder")), (last, stage(Regress, "encoder")),
                   (last, stage(Refit, "decoder"))])


@dataclass
class FreeCodes(Fit):
    """A Fit with a code for each training image, which its checkpoints hold. code_step: FISTA's; penalty: lambda."""

    codes: Any = None
    code_step: float = 0.1
    penalty: float = 1e-6
    code_steps: int = 10

    def __post_init__(self):
        self.encoder, self.decoder = self.net["encoder"], self.net["decoder"]
        self.logits = self.encoder["logits"]
        self.up, self.down = self.encoder.make_cache(self.batches.size), self.decoder.make_cache(self.batches.size)
        self.pixels = float(np.prod(self.net.in_shape))

    def warm_up(self):
        """The whole network is never walked."""

    def begin(self):
        """The stages have caches of their own."""

    def arrays(self):
        return super().arrays() | {"codes": self.codes}

    def explain(self, found):
        stage = (Relax, Regress, Refit).index(type(self)) + 1
        what = "a gradient is nan or infinite" if np.isfinite(found.loss) else f"the loss is {found.loss}"
        raise NonFiniteLoss(f"{what} at {found.place}, in stage {stage}: smaller steps usually help")

    def fit_decoder(self, codes, x):
        """A step of the decoder from these codes towards x; returns the loss before."""
        self.decoder.forward(codes, self.down, train=True, need_y=False)
        loss = self.decoder.loss(self.loss, x, self.down)
        self.decoder.backward(None, self.down, need_dx=False)
        self.optimizer.update()
        return loss

    def bit_accuracy(self):
        """Share of the training images' bits that the encoder gives as the free codes have them."""
        right = 0.0
        for x, _ in self.batches.in_order():
            right += np.mean((self.encoder.forward(x, self.up)[0] > 0.5) == (self.codes[x.index] > 0)) * len(x)
        return right / len(self.batches.images)


class Relax(FreeCodes):
    """Stage 1: lines 3 and 4 for a mini-batch; the loss is its mean squared error before."""

    def step(self, batch):
        x = batch.x
        h = self.codes[x.index]
        block = Vector(h.reshape(-1), np.empty(h.size, h.dtype))

        def of_codes(block, grad=True):
            self.decoder.forward(h, self.down, train=True, need_y=False)
            value = self.decoder.loss(self.loss, x, self.down, "sum")
            if grad:
                block.grad[...] = self.decoder.backward(None, self.down, need_dw=False).ravel()
            return value

        # the penalty stands beside the mean over all pixels of the mini-batch; here they are summed
        method = FISTA(block, self.code_step, L1(self.penalty * self.pixels * len(x)))
        values = [method.step(of_codes) for _ in range(self.code_steps)]
        self.codes[x.index] = h
        self.fit_decoder(h, x)
        return values[0] / (len(x) * self.pixels)


class Regress(FreeCodes):
    """Stage 2: line 7, a step of the encoder's logits towards the bits; the loss is the cross-entropy before."""

    def __post_init__(self):
        super().__post_init__()
        self.cache = self.logits.make_cache(self.batches.size)

    def step(self, batch):
        bits = (self.codes[batch.x.index] > 0).astype(self.net.dtype)
        self.logits.forward(batch.x, self.cache, train=True, need_y=False)
        loss = self.logits.loss(bce_with_logits, bits, self.cache)
        self.logits.backward(None, self.cache, need_dx=False)
        self.optimizer.update()
        return loss


class Refit(FreeCodes):
    """Stage 3: a step of the decoder on the encoder's own bits."""

    def step(self, batch):
        bits, _ = self.encoder.forward(batch.x, self.up)
        return self.fit_decoder(bits, batch.x)
