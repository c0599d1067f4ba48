"""What all stages of the stack have in common: the discriminators are carried along, and errors are told in pixels.

A checkpoint of any stage so holds what the next one needs.
"""
from dataclasses import dataclass
from typing import Any

from ...losses import mse
from ...training import Fit, mean_loss


@dataclass
class Carrying(Fit):
    """net: the generator so far. critic: the discriminator that was trained last, a built network, or None. carried:
    the stacked discriminator while `critic` is one of codes. stage: its name in the history."""

    critic: Any = None
    carried: Any = None
    stage: str = ""

    def arrays(self):
        found = super().arrays()
        for name, net in (("critic", self.critic), ("carried", self.carried)):
            if net is not None:
                found |= {f"{name}.{path}": view for path, view in net.named().items()}
        return found

    def multiply_adds(self):
        """Of one training image."""
        return self.net.macs(need_dx=False)

    def pixel_error(self, batches):
        """Mean squared error of the whole generator against the targets, per pixel."""
        return mean_loss(self.net, mse, batches)

    def remembered(self, net):
        """What each history line tells beside the loss that the stage trains."""
        return {"stage": self.stage, "multiply_adds": self.multiply_adds() * len(self.batches.images),
                "validation_mse": self.pixel_error(self.validation_batches),
                "test_mse": self.pixel_error(self.test_batches)}
