"""What an optimizer is given: the loss of a mini-batch, and its gradient, as often as it asks."""
from typing import Any

from ..samples import inputs, targets


class Evaluation:
    """evaluation.batch = a Batch, or an array that is input and target; then loss = evaluation(block, grad).

    It computes at the present theta, uses what was drawn for the mini-batch and commits nothing. kept: KeptCodes, from
    which the decoder's evaluations may begin.
    """

    def __init__(self, net, loss, cache, reduction="mean", kept=None):
        self.net, self.loss, self.cache, self.reduction, self.kept = net, loss, cache, reduction, kept
        self.batch: Any = None
        self.last = net, cache    # the part that the last evaluation walked, and its cache

    def __call__(self, block=None, grad=True):
        """The loss, 0-d; with grad, net.grad's run of `block` (a part; None for everything) is overwritten."""
        x, target = inputs(self.batch), targets(self.batch)
        part, cache, x = (self.net, self.cache, x) if self.kept is None else self.kept.start(block, x, self.cache)
        part.forward(x, cache, train=True, need_y=False)
        loss = part.loss(self.loss, target, cache, self.reduction)
        if grad:
            part.backward(None, cache, need_dx=False, need_dw=block if hasattr(block, "leaves") else True)
        self.last = part, cache
        return loss

    def commit(self):
        """Moves batch norm's running statistics by the last evaluation: once per mini-batch, after the step."""
        part, cache = self.last
        part.commit(cache)
