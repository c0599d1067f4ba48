"""Where windows land: a convolution's geometry as two small tables, rows and columns, that one kernel follows.

    sliding   conv forward:     place i reads cells i stride - before ... through taps 0, 1, 2, ...
    painted   its transpose:    cell i was painted from few places; taps of its phase (i + before) % stride, backwards

    place or cell -> first cell or place it reads, taps of earlier phases, of its own, first tap inside, taps inside

Taps outside the image are skipped by these counts, so there is no padding in memory and no test in a loop. Columns
that read alike are put together, as many as a tile takes.
"""
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from .tile import code, most


class Plan(NamedTuple):
    """rows (h_out, 5) and columns (m, 7): see above, for columns also the output column and the tile's code; taps
    (kh kw,): W's taps in packed order; steps: what `correlate` reads; packed: shape of the packed weights."""

    rows: Any
    columns: Any
    taps: Any
    steps: Any
    packed: tuple


def sliding(size, count, kernel, stride, before):
    """(the table, the taps by phase in packed order) of one axis of a convolution from `size` cells to `count`."""
    table = []
    for i in range(count):
        first, stop = max(0, before - stride * i), min(kernel, size + before - stride * i)
        table.append((i * stride + first - before, 0, kernel, first, max(0, stop - first)))
    return table, [list(range(kernel))]


def painted(size, count, kernel, stride, before):
    """The same from `size` places back to `count` cells."""
    phases = [list(range(phase, kernel, stride))[::-1] for phase in range(stride)]
    table = []
    for i in range(count):
        turn, phase = divmod(i + before, stride)
        taps, earlier = len(phases[phase]), sum(map(len, phases[:phase]))
        first, stop = max(0, taps - 1 - turn), min(taps, size - turn + taps - 1)
        table.append((turn - (taps - 1) + first, earlier, taps, first, max(0, stop - first)))
    return table, phases


@cache
def plan(axis, x_size, y_size, kernel, stride, before, c_in, c_out, bits):
    """The Plan from images of x_size (h, w) to y_size; axis: `sliding` with W (c_out, c_in, kh, kw) or `painted` with
    W (c_in, c_out, kh, kw)."""
    rows, row_phases = axis(x_size[0], y_size[0], kernel[0], stride[0], before[0])
    columns, column_phases = axis(x_size[1], y_size[1], kernel[1], stride[1], before[1])
    taps = [p * kernel[1] + q for down in row_phases for across in column_phases for p in down for q in across]
    area = len(taps)
    if axis is sliding:
        out_stride, in_stride, x_step, y_step = c_in * area, area, stride[1], 1
    else:
        out_stride, in_stride, x_step, y_step = area, c_out * area, 1, stride[1]
    channels = tile_channels(c_out, most(bits))
    steps = np.array((channels, kernel[1], x_step, y_step, out_stride, in_stride))
    return Plan(np.array(rows), together(columns, y_step, channels, most(bits) // channels), np.array(taps), steps,
                (-(-c_out // channels), area * c_in * channels))


def together(columns, step, channels, pixels):
    """Columns that lie `step` apart and read the same taps, `pixels` at a time; the others one by one."""
    table = []
    for start in range(min(step, len(columns))):
        j = start
        while j < len(columns):
            alike = columns[j:j + step * pixels:step]
            wide = pixels > 1 and len(alike) == pixels and len({entry[1:] for entry in alike}) == 1
            table.append((*columns[j], j, code(channels, pixels if wide else 1)))
            j += step * (pixels if wide else 1)
    return np.array(table)


def tile_channels(c_out, most):
    """Channels of a tile: few tiles, evenly filled. The last tile may overlap the one before."""
    return min(range(1, min(most, c_out) + 1), key=lambda channels: -(-c_out // channels) * (channels + 0.5))
