"""Means over trials, with the interval that says how far to trust them."""
import math

import numpy as np


def mean_interval(values, level=0.95):
    """(mean, low, high): Student's t interval of the mean over independent trials, which are taken as roughly normal.

    One trial gives no interval: low and high are nan. Raises ValueError for none, or a level outside of (0, 1).

    >>> mean, low, high = mean_interval([1.0, 2.0, 3.0])
    >>> mean, round(low, 3), round(high, 3)
    (2.0, -0.484, 4.484)
    """
    values = np.asarray(values, float)
    if values.size == 0 or not 0 < level < 1:
        raise ValueError(f"mean_interval takes at least one value and a level from 0 to 1; got {values.size} values, "
                         f"level {level}")
    mean = float(np.mean(values))
    if values.size == 1:
        return mean, math.nan, math.nan
    # Student's quantile, without scipy.stats, which takes a second to import
    from scipy.special import stdtrit
    half = float(stdtrit(values.size - 1, (1 + level) / 2) * np.std(values, ddof=1) / math.sqrt(values.size))
    return mean, mean - half, mean + half


def interval_figures(name, values):
    """{name: mean, name_low, name_high: its 95% interval, name_values: all} for a summary; JSON has no nan: None."""
    mean, low, high = mean_interval(values)
    ends = (None, None) if math.isnan(low) else (low, high)
    return {name: mean, f"{name}_low": ends[0], f"{name}_high": ends[1], f"{name}_values": list(map(float, values))}
