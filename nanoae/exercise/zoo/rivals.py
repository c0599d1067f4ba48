"""The zoo through other checks: what does each miss? `python -m nanoae.exercise.zoo.rivals`; PyTorch's where it is.

    sum            the loss is the sum of outputs: dy = 1; every entry compared
    one index      the same, at one entry of each input, with a tolerance of 1%
    one direction  a random dy, one difference quotient along a random direction
    PyTorch        torch.autograd.gradcheck on the two functions
    ours           `check`
"""
import numpy as np

from ...gradcheck import check_direction
from ...gradcheck.functions import function_of
from . import bugs

STEP = 1e-5


def by_sum(function, tolerance=1e-4, sampled=False):
    """Do backward's gradients of the sum of outputs agree with central differences?"""
    rng = np.random.default_rng(15)
    gradients = function.gradients(np.ones(function.y(function.inputs).shape), function.inputs)
    for i in function.checked:
        a = gradients[i]
        if a is None:
            continue
        if a.shape != function.inputs[i].shape:
            return False
        entries = list(np.ndindex(a.shape))
        for at in [entries[rng.integers(len(entries))]] if sampled else entries:
            n = slope(function, i, at)
            if not abs(a[at] - n) <= tolerance * max(abs(a[at]), abs(n), 1e-3):
                return False
    return True


def slope(function, i, at):
    sums, inputs = [], list(function.inputs)
    for side in (STEP, -STEP):
        inputs[i] = function.inputs[i].copy()
        inputs[i][at] += side
        sums.append(float(np.sum(function.y(inputs))))
    return (sums[0] - sums[1]) / (2 * STEP)


def by_direction(bug):
    forward, backward, inputs = bug.parts()
    return check_direction(forward, backward, *inputs, directions=1, raise_error=False).ok


def by_torch(function):
    """Does torch.autograd.gradcheck pass the two functions?"""
    import torch

    class Mine(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *tensors):
            ctx.save_for_backward(*tensors)
            return torch.from_numpy(function.y(filled(tensors)))

        @staticmethod
        def backward(ctx, dy):
            gradients = function.gradients(dy.numpy(), filled(ctx.saved_tensors))
            return tuple(None if gradients[i] is None else torch.from_numpy(gradients[i].copy())
                         for i in function.checked)

    def filled(tensors):
        values = dict(zip(function.checked, (one.detach().numpy().copy() for one in tensors), strict=True))
        return [values.get(i, value) for i, value in enumerate(function.inputs)]

    gradients = function.gradients(np.ones(function.y(function.inputs).shape), function.inputs)
    tensors = [torch.tensor(function.inputs[i], requires_grad=gradients[i] is not None) for i in function.checked]
    try:
        return torch.autograd.gradcheck(Mine.apply, tensors, raise_exception=False)
    except (RuntimeError, ValueError, IndexError):    # a wrong shape
        return False


def main():
    try:
        import torch  # noqa: F401
    except ImportError:
        torch_here = False
    else:
        torch_here = True
    missed: dict = {"sum": [], "one index": [], "one direction": [], **({"PyTorch": []} if torch_here else {}),
                    "ours": []}
    zoo = bugs()
    for bug in zoo:
        forward, backward, inputs = bug.parts()
        function = function_of(forward, backward, inputs)
        passed = {"sum": by_sum(function), "one index": by_sum(function, 1e-2, sampled=True),
                  "one direction": by_direction(bug), "ours": bug.check().ok}
        if torch_here:
            passed["PyTorch"] = by_torch(function)
        for name, right in passed.items():
            if right:
                missed[name].append(str(bug))
    for name, kinds in missed.items():
        shown = f": {', '.join(kinds[:4])}{', ...' if len(kinds) > 4 else ''}" if kinds else ""
        print(f"{name:14} misses {len(kinds):3} of {len(zoo)}{shown}")


if __name__ == "__main__":
    main()
