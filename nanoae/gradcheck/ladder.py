"""A derivative by many steps, where one step leaves doubt.

Where rounding is large (float32 inside, a batch norm far from 0) large steps serve; where a kink or the end of the
function's domain is near, small ones. How much the quotients change from a rung to the next is truncation on large
steps and rounding on small ones; rounding grows as the step shrinks, so finer rungs tell what it is on a coarser one.
"""
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .differences import slopes


@dataclass
class Derivative:
    """A derivative by a ladder of steps: its value, how far off it may be, and the jump of the slope at a kink.

    coarse: is it further off than rounding of forward's output explains? Then forward computes in a coarser precision
    inside, and backward may as well.
    """

    value: float
    uncertainty: float
    jump: float = 0.0
    coarse: bool = False


def ladder(f, f0, scale, noise, rungs=14):
    """The derivative of f at 0 by steps from scale / 30 down, each a quarter of the one before, as a Derivative.

    noise: what rounding can make of one value of f. The quietest rung wins; none is quieter than a sixteenth of noise
    over its step, which is about what rounding does make, however still it stands by luck. At a kink s stays as it is
    while c stands still.
    """
    steps = [scale / 30 / 4 ** k for k in range(rungs)]
    with np.errstate(all="ignore"):
        found = [slopes(f, f0, h) for h in steps]
        change = np.array([abs(c - b) + abs(s - r / 4) for (b, r), (c, s) in pairwise(found)])
    change[~np.isfinite(change)] = np.inf
    still = np.array([rung == (0, 0) for rung in found[1:]])    # finer than forward's resolution, or flat indeed
    size = np.array([abs(c) for c, _ in found[1:]])
    if np.any(change[~still] <= 0.05 * size[~still]) or grows(found[1:]):
        change[still] = np.max(size[np.isfinite(size)])
    rounding = [max(noise / 16 / steps[k + 1], *(change[j] * 4.0 ** (k - j) for j in range(k, rungs - 1)))
                for k in range(rungs - 1)]
    best = int(np.argmin(rounding))
    if not np.isfinite(rounding[best]):
        return Derivative(np.nan, np.inf)
    jump = jump_at(found)
    value = (16 * found[best + 1][0] - found[best][0]) / 15
    return Derivative(value, rounding[best], jump if rounding[best] > 0.3 * jump else 0.0,
                      rounding[best] > noise / steps[best + 1])


def grows(found):
    """Do c or s grow as the step shrinks, before they stand still? Then it is rounding that ends there, not slope."""
    sizes = [max(abs(c), abs(s)) for c, s in found if (c, s) != (0, 0)]
    half = len(sizes) // 2
    return half > 0 and max(sizes[half:]) > 3 * max(sizes[:half])


def jump_at(found):
    """The jump between the slopes on both sides that three neighbouring rungs agree on, or 0; finer ones may not."""
    for (c0, s0), (c1, s1), (c2, s2) in zip(found, found[1:], found[2:], strict=False):
        jump = abs(s2)
        steady = abs(s0 - s1) + abs(s1 - s2) <= 0.05 * jump
        if steady and abs(c0 - c1) + abs(c1 - c2) <= 0.05 * jump and jump > 1e-6 * abs(c2):
            return jump
    return 0.0
