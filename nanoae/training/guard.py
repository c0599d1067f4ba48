"""When the loss is no longer a number: where that began."""
import numpy as np


class NonFiniteLoss(ArithmeticError):
    """The loss became nan or infinite; the text names the layer, step and batch where it first appeared."""


def check_finite(net, cache, found):
    """Raises NonFiniteLoss with the first layer, from the input up, whose output is not finite, or with those whose
    gradients are not. found: what the step Found.

    The step has been taken already, so theta may be broken by now. Where it is the latest, the activations in the cache
    are those that gave the loss; else the layer cannot be told.
    """
    where, value = found.place, found.loss
    broken = [path for path, norm in found.norms.items() if not np.isfinite(norm)]
    if np.isfinite(value) and broken:
        raise NonFiniteLoss(f"the gradient of {', '.join(broken)} is nan or infinite at {where}, though the loss, "
                            f"{value:.3g}, is not. A smaller learning rate, or clip_by_norm, usually helps")
    if not found.latest:
        raise NonFiniteLoss(f"the loss is {value} at {where}. A smaller learning rate, or clip_by_norm, usually helps; "
                            "reads_every_step=True tells the layer")
    first = net.leaves[0]
    x = cache.leave(("input", net), cache[first].x, first.in_shape)
    if net.network is net and not np.all(np.isfinite(x)):    # a part's input is codes, not images
        raise NonFiniteLoss(f"the loss is {value} because the input holds nan or inf, in mini-batch {where.batch} "
                            f"of epoch {where.epoch}: look at the images first")
    for path, output in net.activations(cache).items():
        if output is not None and not np.all(np.isfinite(output)):
            layer = dict(net.paths())[path]
            largest = np.max(np.abs(output[np.isfinite(output)]), initial=0)
            raise NonFiniteLoss(f"the loss is {value} at {where}: the first output that is not finite is that of "
                                f"{path} {layer!r} (its finite values reach {largest:.3g}). A smaller learning rate, "
                                "or clip_by_norm, usually helps")
    raise NonFiniteLoss(f"the loss is {value} at {where}, though every layer's output is finite: the loss itself "
                        "overflowed. A smaller learning rate usually helps")
