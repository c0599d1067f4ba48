"""What an optimizer is given: the loss of a mini-batch, and its gradient, as often as it asks."""
from typing import Any

from ..optim import clip_by_norm
from ..samples import inputs, targets


class Evaluation:
    """evaluation.batch = a Batch, or an array that is input and target; then loss = evaluation(block, grad).

    It computes at the present theta, uses what was drawn for the mini-batch and commits nothing. kept: KeptCodes, from
    which the decoder's evaluations may begin. norms: GradientNorms, measured after each backward. max_norm: to which
    the block's gradient is then clipped. On a rung that captures, an evaluation of a kind that came before, forward,
    loss, penalties and backward of its block, is one replay: one call.
    """

    def __init__(self, net, loss, cache, reduction="mean", kept=None, norms=None, max_norm=None):
        self.net, self.loss, self.cache, self.reduction, self.kept = net, loss, cache, reduction, kept
        self.norms, self.max_norm = norms, max_norm
        self.batch: Any = None
        self.blocks: set = set()    # whose gradients were asked for since `begin`
        self.last = net, cache    # the part that the last evaluation walked, and its cache

    def begin(self, batch):
        """A new mini-batch."""
        self.batch, self.blocks = batch, set()

    def __call__(self, block=None, grad=True):
        """The loss, 0-d; with grad, net.grad's run of `block` (a part; None for everything) is overwritten."""
        x, target = inputs(self.batch), targets(self.batch)
        part, cache, start = (self.net, self.cache, x) if self.kept is None else self.kept.start(block, x, self.cache)
        block = block if hasattr(block, "leaves") else True
        same = target is start
        start = part.samples("x", start, part.in_shape)
        cache.serving(part, len(start)).begin(len(start), True, True)
        part.settle_draws(cache, True, None)
        inside = cache.take_in("x", part, start, part.in_shape)
        wanted = self.loss.take_in(part, inside if same else target, cache)

        def walk():
            part.forward(inside, cache, train=True, need_y=False)
            part.loss(self.loss, wanted, cache, self.reduction)
            if grad:
                part.backward(None, cache, need_dx=False, need_dw=block)
                if self.norms is not None:
                    self.norms.measure()

        cache.replay(("evaluation", part), (inside, wanted, self.loss, self.reduction, cache.choices(part),
                                            grad and block), walk)
        self.last = part, cache
        if grad:
            moved = part if block is True else block
            self.blocks.add(moved)
            if self.max_norm is not None:
                clip_by_norm(moved.grad, self.max_norm)
        return part.loss_value(cache)

    def commit(self):
        """Moves batch norm's running statistics by the last evaluation: once per mini-batch, after the step."""
        part, cache = self.last
        part.commit(cache)
