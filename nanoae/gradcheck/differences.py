"""One difference quotient, and whether the function is smooth enough there to be judged.

    c(h) = (f(h) - f(-h)) / 2h           exact to h^2
    (4 c(h/2) - c(h)) / 3                exact to h^4 (Richardson)
    s(h) = (f(h) - 2 f(0) + f(-h)) / h   the jump between the slopes on both sides: h f'' where f is smooth

From h to h/2 a smooth function's c changes by h^2 f''' / 8 and its s halves; at a kink one of the two does not. If the
change is large enough to matter, h/4 tells: c's must then be a quarter of it, and s's less. What one quotient leaves in
doubt, a ladder of steps settles (`ladder`).
"""


def quotient(f, f0, h, noise, tolerance):
    """(derivative of f at 0, is f smooth there?) for a scalar function f with f(0) = f0.

    noise: rounding error of one value of f; tolerance: the relative change of the quotient that matters.
    """
    wide, narrow = slopes(f, f0, h), slopes(f, f0, h / 2)
    numeric = (4 * narrow[0] - wide[0]) / 3
    limit = 16 * noise / h + tolerance / 3 * abs(numeric)
    bend, step = changes(wide, narrow)
    if max(abs(bend), abs(step)) <= limit:
        return numeric, True
    finest = slopes(f, f0, h / 4)
    next_bend, next_step = changes(narrow, finest)
    smooth = abs(next_bend - bend / 4) <= limit + 0.02 * abs(bend) and abs(next_step) <= limit + 0.2 * abs(step)
    return (4 * finest[0] - narrow[0]) / 3, smooth


def slopes(f, f0, h):
    """(c(h), s(h))"""
    ahead, behind = f(h), f(-h)
    return (ahead - behind) / (2 * h), (ahead - 2 * f0 + behind) / h


def changes(wide, narrow):
    """How far c and s are from what halving h does to a straight line and to a parabola."""
    return narrow[0] - wide[0], narrow[1] - wide[1] / 2
