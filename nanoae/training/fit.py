"""One network being trained: all that a checkpoint has to hold, and taking it back.

    tensors    W, b and running statistics by name; optimizer.* as flat vectors
    state      the optimizer's counters, the generators' states, the Position, and what the network and data are
"""
import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from .evaluate import mean_loss
from .guard import NonFiniteLoss
from .loop import compile_kernels, train
from .position import Position
from .sealed import RunError

DEAD = 3    # epochs of constant output before a warning


@dataclass
class Fit:
    """A network, its optimizer and loss, its batches and generators, and where it stands."""

    net: Any
    optimizer: Any
    loss: Any
    batches: Any
    test_batches: Any
    epochs: int
    seeds: Any
    position: Position = field(default_factory=Position)
    history: list = field(default_factory=list)    # a dictionary an epoch, as in history.jsonl
    data_digest: str = ""
    reduction: str = "mean"    # of the loss that is trained; tests take the mean
    labels: dict = field(default_factory=dict)    # what stands in each of its history lines, e.g. {'method': 'nam'}
    test: Any = mean_loss    # test(net, loss, test_batches), after every epoch
    measure: Any = None    # measure(net): further figures for the history line
    before_epoch: Any = None    # called with the number of an epoch that begins
    kept: Any = None    # KeptCodes, where the decoder's evaluations use them
    dead_epochs: int = 0    # in a row, up to now, in which all outputs were the same

    def __post_init__(self):
        self.data_digest = digest(self.batches)

    def run(self, progress=None, after_step=None, after_epoch=None):
        """Trains to the last epoch, testing after each; after_epoch(line) is given the epoch's history line."""
        if self.position.epoch > self.epochs:
            return
        compile_kernels(self.net, self.loss, self.batches)
        for epoch in train(self.net, self.optimizer, self.loss, self.batches, self.epochs, self.seeds, self.position,
                           after_step, progress, self.reduction, self.before_epoch, self.kept):
            self.end(epoch, progress, after_epoch)
        if self.kept is not None:
            self.kept.forget()

    def end(self, epoch, progress, after_epoch):
        """Tests after an Epoch, and tells everybody."""
        with self.optimizer.evaluation_weights():
            test_loss = self.test(self.net, self.loss, self.test_batches)
            measured = {} if self.measure is None else self.measure(self.net)
            self.dead_epochs = self.dead_epochs + 1 if constant_output(self.net, self.test_batches) else 0
        if not np.isfinite(test_loss):
            raise NonFiniteLoss(f"the test loss is {test_loss} after epoch {epoch.number}, step {epoch.steps}: the "
                                "last steps diverged. A smaller learning rate, or clip_by_norm, usually helps")
        line = {"epoch": epoch.number, **asdict(epoch), "test_loss": test_loss, **measured, **self.labels}
        del line["number"]
        self.history.append(line)
        if progress is not None:
            progress.epoch(epoch, test_loss)
            if self.dead_epochs == DEAD:
                progress.note(f"warning: the network gave every test image the same output for {DEAD} epochs. Units "
                              "may be dead: a smaller learning rate or another seed usually helps")
        if after_epoch is not None:
            after_epoch(line)

    def tensors(self):
        """Everything large: copies, by name."""
        vectors = {f"optimizer.{name}": value for name, value in self.optimizer.state().items() if np.ndim(value)}
        named = {**self.net.named(), **self.net.named("running"), **vectors}
        return {name: np.array(value) for name, value in named.items()}

    def state(self):
        """Everything small, for JSON."""
        counters = {name: value for name, value in self.optimizer.state().items() if not np.ndim(value)}
        return {**self.identity(), "counters": counters, "batches": self.seeds.batches.bit_generator.state,
                "draws": self.seeds.draws.bit_generator.state, "position": self.position.state(),
                "history": self.history}

    def identity(self):
        """What the training is, and what a checkpoint of it has to agree with."""
        return {"network": repr(self.net), "optimizer": repr(self.optimizer), "loss": f"{self.loss} {self.reduction}",
                "seed": self.seeds.seed, "batch_size": self.batches.size, "data": self.data_digest}

    def compare(self, tensors, state):
        """Raises RunError where a checkpoint is of something else; changes nothing."""
        for key, mine in self.identity().items():
            if state[key] != mine:
                what = {"network": "architecture", "data": "set of training images"}.get(key, key.replace("_", " "))
                detail = "" if key == "data" else f": it holds {state[key]}, this run has {mine}"
                raise RunError(f"the checkpoint belongs to another {what}{detail}")
        for name, view in {**self.net.named(), **self.net.named("running")}.items():
            if name not in tensors or tensors[name].shape != view.shape or tensors[name].dtype != view.dtype:
                raise RunError(f"the checkpoint's tensor {name} is missing or has another shape or dtype")

    def load(self, tensors, state):
        """Goes on from a checkpoint that `compare` found to be of this training."""
        vectors = {name.removeprefix("optimizer."): value for name, value in tensors.items()
                   if name.startswith("optimizer.")}
        self.optimizer.load_state(vectors | state["counters"])
        for name, view in {**self.net.named(), **self.net.named("running")}.items():
            view[...] = tensors[name]
        self.seeds.batches.bit_generator.state = state["batches"]
        self.seeds.draws.bit_generator.state = state["draws"]
        self.position = Position(**state["position"])
        self.history[:] = state["history"]


def constant_output(net, batches):
    """Does the network give the first test images one and the same output?"""
    x = next(batches.in_order())
    y, _ = net.forward(x, net.make_cache(len(x)))
    return len(x) > 1 and float(np.max(np.ptp(y, axis=0))) < 1e-6


def digest(batches):
    """The training images' fingerprint, taken once for each Batches."""
    if not hasattr(batches, "digest"):
        batches.digest = hashlib.sha256(np.ascontiguousarray(batches.images).data).hexdigest()
    return batches.digest
