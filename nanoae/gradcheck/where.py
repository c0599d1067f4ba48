"""Where the wrong entries of a gradient lie, told by its axes: one sample, a channel, the border, everywhere."""
import numpy as np

VISIBLE = 1e-5    # of the largest entry


def wrong_entries(analytic, numeric):
    """A mask over the gradient: which entries differ by more than rounding?"""
    gap = np.abs(analytic - numeric)
    return ~(gap <= VISIBLE * np.max(np.abs(numeric), initial=0, where=np.isfinite(numeric)))


def place_of(wrong):
    """A text: "everywhere", or along which axes, and at which indices, the entries of the mask lie."""
    count = int(np.count_nonzero(wrong))
    if wrong.ndim == 0 or count == wrong.size:
        return "wrong everywhere"
    if count == 0:
        return f"no entry is off by more than {VISIBLE:g} of the largest"
    spots = [np.flatnonzero(wrong.any(tuple(k for k in range(wrong.ndim) if k != axis))) for axis in range(wrong.ndim)]
    parts = [along(axis, at, wrong.shape[axis]) for axis, at in enumerate(spots) if len(at) < wrong.shape[axis]]
    long = [axis for axis, length in enumerate(wrong.shape) if length > 2]
    if not parts and only_at_border(wrong, long):
        parts = [f"only at the border of axes {', '.join(map(str, long))}"]
    share = f"{count} of {wrong.size} entries are wrong"
    return f"{share}, {'; '.join(parts)}" if parts else share


def along(axis, at, length):
    """Which indices of one axis hold wrong entries."""
    if set(at) <= {0, length - 1} and length > 2:
        names = {0: "first", length - 1: "last"}
        return f"only the {' and the '.join(names[k] for k in at)} along axis {axis}"
    if len(at) == 1 or len(at) <= length // 2:
        return f"only at {', '.join(map(str, at))} along axis {axis}"
    missing = sorted(set(range(length)) - set(at.tolist()))
    return f"none at {', '.join(map(str, missing))} along axis {axis}"


def only_at_border(wrong, axes):
    """Are all entries right that are away from the border of these axes?"""
    inner = tuple(slice(1, -1) if axis in axes else slice(None) for axis in range(wrong.ndim))
    return bool(axes) and wrong[inner].size > 0 and not np.any(wrong[inner])
