"""A training that takes no step where its loss is infinite: what paper 2 does with a variance below 0."""
import math

from .fit import Fit
from .guard import NonFiniteLoss


class SkippingFit(Fit):
    """A Fit that leaves out each mini-batch whose loss is infinite before its step; the history counts them, `skipped`.

    Raises NonFiniteLoss where an epoch had no other.
    """

    def step(self, batch):
        self.net.draw(self.evaluation.cache, len(batch), self.seeds.draws)
        self.evaluation.begin(batch)
        if self.evaluation(grad=False) == math.inf:
            return None
        loss = self.optimizer.step(self.evaluation)
        self.evaluation.commit()
        return loss

    def explain_nothing(self):
        raise NonFiniteLoss(f"the loss of every mini-batch of epoch {self.position.epoch} was infinite, so that no "
                            "step was taken: variances are not above 0. Another seed may begin elsewhere; the spread "
                            "'logvar' knows no such value")
