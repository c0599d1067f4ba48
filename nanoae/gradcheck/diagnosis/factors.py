"""A gradient that is right but for a factor, and the factor's name: 2, -1, 1/N, h w, a setting of the layer's."""
import numpy as np

from .points import TOLERANCE, close

CONSTANTS = {-1: "-1", 2: "2", 0.5: "1/2", -2: "-2", -0.5: "-1/2", 3: "3", 1 / 3: "1/3", 4: "4", 0.25: "1/4"}
KNOWN = {f"factor {text}" for text in CONSTANTS.values()}
EXACT = 1e-5


def proportional(points, i, predict, loose=False):
    """(name, detail) if backward's gradient is a factor times predict(point) at every point; ("", "") for factor 1.

    None where it is not, or where the factor has no name (loose: then "factor c").
    """
    found = points.each(lambda p: factor(p.a[i], predict(p)))
    if found is None:
        return None
    if max(abs(c - 1) for c in found) < EXACT:
        return "", ""
    hit = named(found, points, i)
    return hit if loose or hit is None or hit[0] != "factor c" else None


def factor(a, b):
    """c with a = c b, or None."""
    size = float(np.sum(b * b))
    if a.shape != b.shape or size < 1e-24:
        return None
    c = float(np.sum(a * b)) / size
    return c if abs(c) > 1e-9 and close(a, c * b, TOLERANCE) else None


def named(found, points, i):
    """(name, detail) of the factors found at each point; None if they are no one thing."""
    constant = max(found) - min(found) <= EXACT * max(map(abs, found))
    sizes = [sizes_of(p, i) for p in points]
    varied = len({str(size) for size in sizes}) > 1
    names = []
    if constant:
        names += [f"factor {text}" for value, text in CONSTANTS.items() if equal(found[0], value)]
        if names and abs(found[0]) != 1 and hidden(found[0], sizes):
            return "factor c", f"{names[0].split()[1]}, or N or 1/N: no other batch size could be tried"
        names += [f"factor {text}" for text, value in of_settings(points[0]) if equal(found[0], value)]
    for key in sizes[0]:
        if not all(key in size for size in sizes) or (constant and len({size[key] for size in sizes}) > 1):
            continue
        powers = ((1, key), (-1, f"1/{key}"), (0.5, f"sqrt({key})"), (-0.5, f"1/sqrt({key})"))
        for power, text in powers if varied else powers[:2]:    # one size explains little: no roots of it
            for sign in (1, -1, 2, 0.5, -2, -0.5) if varied else (1, -1):
                if all(equal(c, sign * float(size[key]) ** power) for c, size in zip(found, sizes, strict=True)):
                    names.append(f"factor {text}" if sign == 1 else f"factor {CONSTANTS[sign]} {text}")
    names = list(dict.fromkeys(names))
    if names and (varied or len(names) == 1 or names[0] in KNOWN):
        return names[0], "" if varied or len(names) == 1 else f"or {', '.join(names[1:4])}"
    return ("factor c", f"c = {found[0]:.6g}{', perhaps ' * bool(names)}{', '.join(names[:4])}") if constant else None


def equal(c, value):
    return abs(c - value) < EXACT * abs(value)


def hidden(c, sizes):
    """May a constant be the batch size, which is the same at every point?"""
    batch = {size["N"] for size in sizes}
    return len(batch) == 1 and min(batch) > 1 and min(abs(abs(c) - n) for n in (*batch, 1 / min(batch))) < 1e-9


def sizes_of(p, i):
    """Named sizes at a point: the batch N (the output's first axis, or the first input's), pixels, axes."""
    first = next(v for v in p.inputs if isinstance(v, np.ndarray) and v.ndim)
    x, y = p.x(i), p.y
    found = {"N": y.shape[0] if y.ndim else first.shape[0]}
    if y.ndim >= 3:
        found["h w"] = int(np.prod(y.shape[2:]))
        found["N h w"] = y.shape[0] * found["h w"]
    if first.ndim >= 3:
        found["h w of x"] = int(np.prod(first.shape[2:]))
    found |= {"size": first.size, "size of y": y.size}
    if first.ndim > 2:
        found["size / N"] = first.size // max(1, first.shape[0])
    if found["N"] > 1:
        found |= {"N / (N - 1)": found["N"] / (found["N"] - 1), "N - 1": found["N"] - 1}
    for text, v in (("x", first), ("y", y), ("itself", x)):
        found |= {f"axis {k} of {text}": v.shape[k] for k in range(v.ndim)}
    return found


def of_settings(p):
    """(text, value) of what a number among the inputs may do as a factor: p, 1/p, 1-p, ..."""
    for name, v in zip(p.names, p.inputs, strict=True):
        if isinstance(v, int | float) and not isinstance(v, bool) and v:
            rest = 1 - v or 9e9
            yield from ((name, v), (f"1/{name}", 1 / v), (f"1-{name}", 1 - v), (f"1/(1-{name})", 1 / rest),
                        (f"(1-{name})/{name}", (1 - v) / v), (f"{name}/(1-{name})", v / rest), (f"{name}^2", v * v),
                        (f"1/{name}^2", v ** -2.0), (f"sqrt {name}", abs(v) ** 0.5),
                        (f"1/sqrt {name}", abs(v) ** -0.5))
