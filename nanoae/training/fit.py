"""One network being trained: what happens to a mini-batch, and how all of them follow one another."""
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .best_weights import BestWeights
from .evaluate import mean_loss
from .evaluation import Evaluation
from .guard import NonFiniteLoss, check_finite
from .loop import train
from .norms import GradientNorms
from .position import Position
from .tested import Tested


@dataclass
class Fit(Tested):
    """A network, its optimizer and loss, its batches and generators, and where it stands.

    Another way to train overrides `step`; where it has several optimizers, `optimizers`, and where it has arrays of its
    own that outlast a step, `arrays` (see `Saved`). The loop keeps position, guard, progress and saving.
    """

    net: Any
    optimizer: Any
    loss: Any
    batches: Any
    test_batches: Any
    epochs: int
    seeds: Any
    position: Position = field(default_factory=Position)
    history: list = field(default_factory=list)    # a dictionary an epoch, as in history.jsonl
    reduction: str = "mean"    # of the loss that is trained; tests take the mean
    test: Any = mean_loss    # test(net, loss, test_batches), after every epoch; None: there is no test loss
    validation_batches: Any = None    # held-out training images, tested after every epoch, too
    measure: Any = None    # measure(net): further figures for the history line
    kept: Any = None    # KeptCodes, where the decoder's evaluations use them
    best: BestWeights | None = None    # see `stop_early`
    dead_epochs: int = 0    # in a row, up to now, in which all outputs were the same
    evaluation: Any = None    # made by `begin`
    schedule: Any = None    # see `follow`
    max_norm: float | None = None    # see `clip`
    reads_every_step: bool | None = None    # None: where the rung's memory is the host's, so that reading is free

    # -- what a training may do in another way

    def step(self, batch):
        """Trains on a mini-batch; returns its loss before, or None where no step was taken."""
        self.net.draw(self.evaluation.cache, len(batch), self.seeds.draws)    # the same for all evaluations of it
        self.evaluation.begin(batch)
        loss = self.optimizer.step(self.evaluation)
        self.evaluation.commit()
        return loss

    def warm_up(self):
        """One evaluation before the clock starts, so that kernels compile there; theta and statistics stay."""
        cache = self.net.make_cache(self.batches.size)
        x, target = next(self.batches.in_order())
        self.net.forward(x, cache, train=True, rng=np.random.default_rng(0), need_y=False)
        self.net.loss(self.loss, target, cache)
        self.net.backward(None, cache, need_dx=False)

    def begin(self):
        """Makes the memory that steps need."""
        self.evaluation = Evaluation(self.net, self.loss, self.net.make_cache(self.batches.size), self.reduction,
                                     self.kept, GradientNorms(self.net), self.max_norm)

    def follow(self, schedule):
        """Each step's learning rates are those of now times schedule(t), t = 0, 1, ... (see `optim.schedules`)."""
        self.schedule = schedule
        self.lrs = {player: optimizer.lr for player, optimizer in self.optimizers.items()}

    def clip(self, max_norm):
        """Scales the gradient of each evaluation to a Euclidean norm of at most max_norm before the optimizer sees it.
        """
        self.max_norm = max_norm

    def begin_step(self):
        """Called before each step."""
        if self.schedule is not None:
            for player, optimizer in self.optimizers.items():
                optimizer.lr = self.lrs[player] * self.schedule(self.position.step)

    def begin_epoch(self, number):
        """Called at the beginning of each epoch, and of what is left of one."""

    @property
    def optimizers(self):
        """{name: optimizer}: all that are saved, under optimizer.NAME, and tested at the weights they want tested."""
        return {"": self.optimizer}

    def measured(self):
        """(the GradientNorms that the step just taken measured, the parts whose gradients it asked for)"""
        if self.evaluation is not None:
            return self.evaluation.norms, self.evaluation.blocks
        norms = GradientNorms(self.net)    # a step of another kind
        norms.measure()
        return norms, {self.net}

    def explain(self, found):
        """Raises NonFiniteLoss for what a step Found, where that began."""
        if self.evaluation is None:    # steps of another kind leave no activations to look at
            raise NonFiniteLoss(f"the loss is {found.loss} at {found.place}: smaller steps usually help")
        part, cache = self.evaluation.last
        check_finite(part, cache, found)

    def explain_nothing(self):
        """Raises NonFiniteLoss for an epoch in which no step was taken."""
        raise NonFiniteLoss(f"no step was taken in epoch {self.position.epoch}")

    # -- from beginning to end

    def run(self, progress=None, after_step=None, after_epoch=None):
        """Trains to the last epoch, testing after each; after_epoch(line) is given the epoch's history line."""
        if self.position.epoch > self.epochs:
            return
        self.warm_up()
        for epoch in train(self, after_step, progress):
            self.end(epoch, progress, after_epoch)
        self.evaluation = None    # its memory is free again
        self.net.network.test_caches.clear()
        if self.kept is not None:
            self.kept.forget()
