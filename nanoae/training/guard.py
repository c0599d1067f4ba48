"""When the loss is no longer a number: where that began."""
import numpy as np


class NonFiniteLoss(ArithmeticError):
    """The loss became nan or infinite; the text names the layer, step and batch where it first appeared."""


def check_finite(net, cache, value, norms, position):
    """Raises NonFiniteLoss with the first layer, from the input up, whose output is not finite, or with those whose
    gradients (norms, by layer) are not.

    The step has been taken already, so theta may be broken by now; the activations in the cache are those that gave
    the loss.
    """
    where = f"epoch {position.epoch}, step {position.step} (mini-batch {position.batch} of the epoch)"
    broken = [path for path, norm in norms.items() if not np.isfinite(norm)]
    if np.isfinite(value) and broken:
        raise NonFiniteLoss(f"the gradient of {', '.join(broken)} is nan or infinite at {where}, though the loss, "
                            f"{value:.3g}, is not. A smaller learning rate, or clip_by_norm, usually helps")
    first = net.leaves[0]
    x = cache.leave(("input", net), cache[first].x, first.in_shape)
    if net.network is net and not np.all(np.isfinite(x)):    # a part's input is codes, not images
        raise NonFiniteLoss(f"the loss is {value} because the input holds nan or inf, in mini-batch {position.batch} "
                            f"of epoch {position.epoch}: look at the images first")
    for path, output in net.activations(cache).items():
        if output is not None and not np.all(np.isfinite(output)):
            layer = dict(net.paths())[path]
            largest = np.max(np.abs(output[np.isfinite(output)]), initial=0)
            raise NonFiniteLoss(f"the loss is {value} at {where}: the first output that is not finite is that of "
                                f"{path} {layer!r} (its finite values reach {largest:.3g}). A smaller learning rate, "
                                "or clip_by_norm, usually helps")
    raise NonFiniteLoss(f"the loss is {value} at {where}, though every layer's output is finite: the loss itself "
                        "overflowed. A smaller learning rate usually helps")
