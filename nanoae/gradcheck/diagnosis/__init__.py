"""What is wrong with a gradient, by name. A name is said only when it predicts backward's result everywhere.

    draws       the points on which a name must hold: given and fresh values, other sizes that the functions accept
    shapes      a gradient of the wrong shape
    replay      forward's derivative with one named mistake: dy or the result changed, times a factor
    elsewhere   forward's derivative at another input, setting or state
    entries     the two Jacobians entry by entry: factors of rows and columns; `elementwise`, `footprints`, `supports`
    terms       backward minus numeric along groups of axes
    paths       forward run on spies: the use of a value, or an operation, whose derivative is missing, with its line

The names, with a question and a line of mathematics for each, stand in `nanoae.gradcheck.names`.
"""
from ..entry import Finding
from .draws import Points
from .elementwise import elementwise
from .elsewhere import replayed_input, replayed_setting, stale
from .entries import by_factor
from .footprints import footprint
from .paths import paths
from .points import close
from .replay import bent, of_another, plain, replayed_dy, replayed_result, swapped, turned
from .shapes import misshapen
from .supports import supports, wrong_entry
from .terms import coupling, one_hot, penalty

FEWEST = 3    # points on which a name must hold
LINEAR = (plain, swapped, elementwise, replayed_dy, replayed_result, wrong_entry, replayed_input, replayed_setting,
          by_factor, one_hot, coupling, footprint, paths, turned, penalty, of_another, supports)
BENT = (plain, swapped, bent, replayed_result, replayed_input, replayed_setting)


def diagnose(function):
    """[Finding]: one for each input whose gradient is wrong, of name "unknown" where no name predicts it."""
    points = Points(function)
    found = []
    for i in function.checked:
        for p in points:
            if p.a[i] is None:
                break
            if p.a[i].shape != p.x(i).shape:
                found.append(Finding(function.names[i], *misshapen(p, i)))
                break
            if p.wrong(i):
                found.append(Finding(function.names[i], *(name_of(points, i) or ("unknown", ""))))
                break
    return found


def name_of(points, i):
    """(name, detail) of the first mistake that predicts backward's gradient at every point, or None."""
    kept = stale(points, i)    # first: what it kept makes the same call give another gradient
    for rule in () if kept else LINEAR if is_linear(points, i) else BENT:
        hit = rule(points, i)
        if hit:
            kept = hit
            break
    return kept if kept and len(points.first(FEWEST)) == FEWEST else None


def is_linear(points, i):
    """Is backward's gradient linear in dy, as every right one is?"""
    for p in points.first(2):
        other = p.dy[::-1] * 0.7 + 0.1 if p.dy.ndim else p.dy * 0 + 0.3
        twice, there, both = (p.function.gradients(dy, p.inputs)[i] for dy in (2 * p.dy, other, p.dy + other))
        if not close(twice, 2 * p.a[i]) or not close(both, p.a[i] + there):
            return False
    return True
