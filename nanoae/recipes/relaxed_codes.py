"""Paper 3's algorithm 3: codes as free variables, bits from them, an encoder fitted to the bits, the decoder once more.

    stage 1   for a mini-batch: FISTA on its codes h, min |x - D(h)|^2 + lambda |h|_1, the prox a soft threshold; then a
              step of the decoder                                                          (lines 3 and 4)
    stage 2   bits = step(h); the encoder learns them, each a logistic regression          (lines 6 and 7)
    stage 3   the decoder is fitted again, on the bits that the encoder gives
"""
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..losses import bce_with_logits
from ..optim import FISTA
from ..parameters import Vector
from ..prox import L1
from ..training import Fit, NonFiniteLoss


@dataclass
class RelaxedCodes(Fit):
    """A Fit whose epochs are shared out among the three stages. step: FISTA's, on codes; penalty: lambda."""

    step: float = 0.1
    penalty: float = 1e-6
    code_steps: int = 10
    codes: Any = field(init=False)

    def __post_init__(self):
        super().__post_init__()
        self.encoder, self.decoder = self.net["encoder"], self.net["decoder"]
        self.logits = self.encoder["logits"]
        n = len(self.batches.images)
        self.codes = 0.1 * self.seeds.weights.standard_normal((n, *self.decoder.in_shape)).astype(self.net.dtype)
        self.up, self.down = self.encoder.make_cache(self.batches.size), self.decoder.make_cache(self.batches.size)
        self.regression = self.logits.make_cache(self.batches.size)
        self.pixels = float(np.prod(self.net.in_shape))

    def stage(self, epoch):
        """0, 1 or 2: a half, a quarter and a quarter of the epochs, at least one each."""
        last = max(1, self.epochs // 4)
        return 0 if epoch <= self.epochs - 2 * last else 1 if epoch <= self.epochs - last else 2

    def run(self, progress=None, after_step=None, after_epoch=None):
        """Trains to the last epoch, testing after each with hard bits of the encoder as it is."""
        position, rng = self.position, self.seeds.batches
        while position.epoch <= self.epochs:
            position.begin_epoch(rng)
            train = (self.relax, self.regress, self.refit)[self.stage(position.epoch)]
            began = time.perf_counter()
            for x in self.batches.shuffled(rng, skip=position.batch):
                value = float(train(x))
                position.add_step(value, {}, time.perf_counter() - began)
                began = time.perf_counter()
                if not np.isfinite(value):
                    raise NonFiniteLoss(f"the loss is {value} at epoch {position.epoch}, step {position.step}, in "
                                        f"stage {1 + self.stage(position.epoch)}: smaller steps usually help")
                if progress is not None:
                    progress.batch(position.epoch, len(x), value)
                if after_step is not None:
                    after_step()
            self.end(position.end_epoch(), progress, after_epoch)

    def relax(self, x):
        """Lines 3 and 4 for a mini-batch; returns its mean squared error before."""
        h = self.codes[x.index]
        block = Vector(h.reshape(-1), np.empty(h.size, h.dtype))

        def of_codes(block, grad=True):
            self.decoder.forward(h, self.down, train=True, need_y=False)
            value = self.decoder.loss(self.loss, x, self.down, "sum")
            if grad:
                block.grad[...] = self.decoder.backward(None, self.down, need_dw=False).ravel()
            return value

        # the penalty stands beside the mean over all pixels of the mini-batch; here they are summed
        method = FISTA(block, self.step, L1(self.penalty * self.pixels * len(x)))
        values = [method.step(of_codes) for _ in range(self.code_steps)]
        self.codes[x.index] = h
        self.fit_decoder(h, x, self.optimizer.phases[0].optimizer)
        return values[0] / (len(x) * self.pixels)

    def fit_decoder(self, codes, x, optimizer):
        """A step of the decoder from these codes towards x; returns the loss before."""
        self.decoder.forward(codes, self.down, train=True, need_y=False)
        value = self.decoder.loss(self.loss, x, self.down)
        self.decoder.backward(None, self.down, need_dx=False)
        optimizer.update()
        return value

    def regress(self, x):
        """Line 7: a step of the encoder's logits towards the bits; returns the cross-entropy before."""
        bits = (self.codes[x.index] > 0).astype(self.net.dtype)
        self.logits.forward(x, self.regression, train=True, need_y=False)
        value = self.logits.loss(bce_with_logits, bits, self.regression)
        self.logits.backward(None, self.regression, need_dx=False)
        self.optimizer.phases[1].optimizer.update()
        return value

    def refit(self, x):
        """A step of the decoder on the encoder's own bits."""
        bits, _ = self.encoder.forward(x, self.up)
        return self.fit_decoder(bits, x, self.optimizer.phases[2].optimizer)

    def tensors(self):
        return super().tensors() | {"codes": self.codes.copy()}

    def load(self, tensors, state):
        super().load(tensors, state)
        self.codes[...] = tensors["codes"]

    def bit_accuracy(self):
        """Share of the training images' bits that the encoder gives as the free codes have them."""
        right = 0.0
        for x in self.batches.in_order():
            right += np.mean((self.encoder.forward(x, self.up)[0] > 0.5) == (self.codes[x.index] > 0)) * len(x)
        return right / len(self.batches.images)
