"""All that a checkpoint has to hold of a training, and taking it back.

    tensors    W, b and running statistics by name; optimizer.* as flat vectors; what a training adds in `arrays`
    state      the optimizers' counters, the generators' states, the Position, and what the network and data are
"""
import hashlib
from typing import Any

import numpy as np

from ..arrays import host, put
from ..parameters import moved
from ..sealed import RunError
from .position import Position


class Saved:
    """The base of Fit: what is saved of its network, optimizers, generators, position and history."""

    net: Any
    loss: Any
    batches: Any
    seeds: Any
    reduction: str
    position: Position
    history: list

    @property
    def optimizers(self) -> dict:
        """{name: optimizer}: all that are saved, under optimizer.NAME."""
        raise NotImplementedError(f"{type(self).__name__} has no optimizers")

    def arrays(self):
        """{name: array}: everything else that is saved, and loaded into the same arrays."""
        return {**self.net.named(), **self.net.named("running")}

    def tensors(self):
        """Everything large: copies, by name."""
        vectors = {prefix(player) + name: value for player, optimizer in self.optimizers.items()
                   for name, value in optimizer.state().items() if np.ndim(value)}
        return {name: np.array(host(value)) for name, value in {**self.arrays(), **vectors}.items()}

    def state(self):
        """Everything small, for JSON."""
        counters = {player: {name: value for name, value in optimizer.state().items() if not np.ndim(value)}
                    for player, optimizer in self.optimizers.items()}
        return {**self.identity(), "counters": counters, "generators": self.seeds.state(),
                "position": self.position.state(), "history": self.history}

    def identity(self):
        """What the training is, and what a checkpoint of it has to agree with."""
        return {"network": repr(self.net), "optimizer": ", ".join(map(repr, self.optimizers.values())),
                "loss": f"{self.loss} {self.reduction}", "seed": self.seeds.seed, "batch_size": self.batches.size,
                "corruption": repr(self.batches.corrupt), "data": digest(self.batches)}

    def compare(self, tensors, state):
        """Raises RunError where a checkpoint is of something else; changes nothing."""
        for key, mine in self.identity().items():
            if state[key] != mine:
                what = {"network": "architecture", "data": "set of training images"}.get(key, key.replace("_", " "))
                detail = "" if key == "data" else f": it holds {state[key]}, this run has {mine}"
                raise RunError(f"the checkpoint belongs to another {what}{detail}")
        for name, view in self.arrays().items():
            if name not in tensors or tensors[name].shape != view.shape or tensors[name].dtype != view.dtype:
                raise RunError(f"the checkpoint's tensor {name} is missing or has another shape or dtype")

    def load(self, tensors, state):
        """Goes on from a checkpoint that `compare` found to be of this training."""
        for player, optimizer in self.optimizers.items():
            vectors = {name.removeprefix(prefix(player)): value for name, value in tensors.items()
                       if name.startswith(prefix(player))}
            optimizer.load_state(vectors | state["counters"][player])
        for name, view in self.arrays().items():
            put(view, tensors[name])
        moved(self.net)
        self.seeds.load(state["generators"])
        self.position = Position(**state["position"])
        self.history[:] = state["history"]


def prefix(player):
    """What the names of an optimizer's vectors begin with: 'optimizer.', or 'optimizer.generator.'."""
    return f"optimizer.{player}." if player else "optimizer."


def digest(batches):
    """The fingerprint of the training images and their targets, taken once for each Batches."""
    if not hasattr(batches, "digest"):
        found = hashlib.sha256(batches.images.data)
        if batches.targets is not None:
            found.update(np.ascontiguousarray(batches.targets).data)
        batches.digest = found.hexdigest()
    return batches.digest
