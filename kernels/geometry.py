"""Window arithmetic, written once: how many places a sliding window has, and where each of its taps lands.

A window of k taps, `dilation` apart, moves by `stride` over `size` cells with `before` and `after` empty ones around:

    position of tap p at place i    i * stride + p * dilation - before
    number of places                floor((size + before + after - dilation * (k - 1) - 1) / stride) + 1

A convolution's geometry is the tuple (stride, padding, dilation, groups) with stride and dilation as (vertical,
horizontal) and padding as (top, left, bottom, right).
"""

CONV_FORMULA = "floor((size + before + after - dilation * (kernel - 1) - 1) / stride) + 1"
TRANSPOSED_FORMULA = "(size - 1) * stride - before - after + dilation * (kernel - 1) + output_padding + 1"


def places(size, kernel, stride, before, after, dilation=1):
    """Output size of a convolution or pooling along one axis (CONV_FORMULA)."""
    return (size + before + after - dilation * (kernel - 1) - 1) // stride + 1


def transposed_size(size, kernel, stride, before, after, dilation=1, output_padding=0):
    """Output size of a transposed convolution along one axis (TRANSPOSED_FORMULA)."""
    return (size - 1) * stride - before - after + dilation * (kernel - 1) + output_padding + 1


def tap_slices(size, count, kernel, stride, before, dilation=1):
    """For each tap p: the places i at which it lies inside the input, and the cells it then reads, as two slices.

        place i      0 1 2 3 4
        cell read    - 0 2 4 -      (stride 2, before 2, p = 0: places 1 to 3 read cells 0, 2, 4)
    """
    for p in range(kernel):
        shift = p * dilation - before
        first = max(0, -(shift // stride))
        stop = min(count, (size - 1 - shift) // stride + 1)
        if stop > first:
            start = first * stride + shift
            yield p, slice(first, stop), slice(start, start + (stop - first - 1) * stride + 1, stride)


def window_taps(x_shape, y_shape, kernel, stride, padding, dilation=(1, 1)):
    """The taps of a two-dimensional window as (p, q, index into y, index into x), both over (n, c, h, w)."""
    rows = tuple(tap_slices(x_shape[2], y_shape[2], kernel[0], stride[0], padding[0], dilation[0]))
    columns = tuple(tap_slices(x_shape[3], y_shape[3], kernel[1], stride[1], padding[1], dilation[1]))
    everything = slice(None)
    for p, y_row, x_row in rows:
        for q, y_column, x_column in columns:
            yield p, q, (everything, everything, y_row, y_column), (everything, everything, x_row, x_column)
