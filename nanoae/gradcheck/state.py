"""What is told before any number is compared: randomness, mutation, sums over calls, shapes, values that are none."""
from contextlib import suppress

import numpy as np

from .arrays import like, same
from .entry import Entry


def first_look(function, dy):
    """(gradients, entries): one call's gradients, and an Entry for each thing that makes comparing them senseless."""
    problems = forward_problems(function)
    function.prime(function.inputs)
    gradients = function.gradients(dy, function.inputs)
    if not problems:
        problems = backward_problems(function, dy)
    if not problems:
        problems = unsteady(function, dy, gradients) or cache_problems(function, dy)
    named = {entry.name for entry in problems}
    problems += [entry for entry in form_problems(function, gradients) if entry.name not in named]
    return gradients, problems


def forward_problems(function):
    handed = function.handed(function.inputs)
    with np.errstate(all="ignore"):
        function.pull(handed)
    changed = changed_inputs(function, handed)
    if changed:
        return [Entry(name, np.inf, problem="forward changed this input in place: a caller's array is overwritten, and "
                      "backward sees other values than forward did", mistake="forward changes an input")
                for name in changed]
    first, second = function.y(function.inputs), function.y(function.inputs)
    if not same(first, second):
        return [Entry("y", np.inf, undecided=True, mistake="forward is random", problem="the same inputs give another "
                      "output: hold the randomness still (pass a numpy.random.Generator or a mask as an input)")]
    return []


def backward_problems(function, dy):
    """Does backward write into what it is given?"""
    handed = function.handed(function.inputs)
    with np.errstate(all="ignore"):
        y, back = function.pull(handed)
        upstream = like(dy, y)
        back(upstream)
    found = [Entry(name, np.inf, problem="backward changed this input in place", mistake="backward changes an input")
             for name in changed_inputs(function, handed)]
    if not same(upstream, dy):
        found.append(Entry("dy", np.inf, mistake="backward changes dy", problem="backward changed the upstream "
                           "gradient dy in place: whoever handed it in may need it still"))
    return found


def changed_inputs(function, handed):
    return [name for name, before, after in zip(function.names, function.inputs, handed, strict=False)
            if not same(before, after)]


def unsteady(function, dy, first):
    """Does the same call give the same gradients again?"""
    second, third, fourth = (function.gradients(dy, function.inputs) for _ in range(3))
    found = []
    for i, name in enumerate(function.names):
        if first[i] is None or same(first[i], second[i]):
            continue
        grows = np.any(first[i]) and second[i].shape == third[i].shape == fourth[i].shape and np.allclose(
            fourth[i] - third[i], third[i] - second[i], rtol=1e-6)
        found.append(Entry(name, np.inf, mistake="accumulates over calls" if grows else "backward is random", problem=(
            "the same call again adds to the gradient of the call before" if grows else
            "the same call again gives another gradient")))
    return found


def cache_problems(function, dy):
    """Does a second backward from the same forward give other gradients? Twice the first ones: they are summed up."""
    with suppress(Exception), np.errstate(all="ignore"):    # many can be called once alone
        y, back = function.pull(function.handed(function.inputs))
        first, second = (function.sorted_out(back(like(dy, y))) for _ in range(2))
        if any(a is not None and not same(a, b) and not np.allclose(b, 2 * a)
               for a, b in zip(first, second, strict=True)):
            return [Entry("cache", np.inf, mistake="backward changes the cache", problem="a second backward from the "
                          "same forward gives other gradients: backward writes into what forward kept")]
    return []


def form_problems(function, gradients):
    """Wrong shapes, and values that are no numbers."""
    found = []
    for i in function.checked:
        gradient, x = gradients[i], function.inputs[i]
        if gradient is None:
            continue
        if gradient.shape != x.shape:
            found.append(Entry(function.names[i], np.inf, mistake="shape", problem="its gradient has shape "
                               f"{gradient.shape}, the input has {x.shape}"))
        elif i in function.whole and np.any(gradient):
            found.append(Entry(function.names[i], np.inf, mistake="dtype", problem=f"its gradient holds "
                               f"{function.whole[i]}: what stands behind the point is cut off"))
        elif not np.all(np.isfinite(gradient)):
            at = tuple(map(int, np.argwhere(~np.isfinite(gradient))[0]))
            found.append(Entry(function.names[i], np.inf, at, float(gradient[at]), np.nan, mistake="not finite",
                               problem=f"its gradient is {gradient[at]} at {at}"))
    return found
