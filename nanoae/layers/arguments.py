"""Arguments as people write them: an int for both directions, a pair, or four sides."""
from ..bounds import flag, number
from ..kernels.geometry import CONV_FORMULA, places

__all__ = ["count", "features_or_image", "flag", "grouped", "image", "number", "pair", "pooled_sizes",
           "pooling_window", "sides", "window_sizes"]

INSTEAD = {    # what PyTorch's layers take and ours do not, and what to do
    "dilation": "MaxPool2d takes neighbouring cells only; a strided Conv2d with dilation learns as much",
    "end_dim": "leave it out, the row runs to the last axis; Reshape(shape) gives any other",
    "inplace": "leave it out, a stack stores activations in place by itself",
    "padding_mode": "images are padded with zeros; pad them otherwise before they enter",
    "return_indices": "the layer keeps them for its own backward; Upsample(scale_factor=...) enlarges again",
    "threshold": "leave it out, Softplus is exact everywhere",
    "track_running_stats": "leave it out, statistics always run; forward(train=True) uses the mini-batch's own",
    "recompute_scale_factor": "leave it out, sizes are exact",
    "device": "build(shape, backend=...) settles it for the whole network",
    "dtype": "build(shape, dtype=...) settles it for the whole network",
}


def pair(name, value, least=1):
    """(vertical, horizontal) from an int or a pair; raises ValueError for anything else or below `least`."""
    both = (value, value) if is_int(value) else value
    if not is_ints(both, 2) or min(both) < least:
        raise ValueError(f"{name} is an int or a pair of ints, at least {least}; got {value!r}")
    return tuple(map(int, both))


def sides(value):
    """(top, left, bottom, right) from an int, a pair (vertical, horizontal) or four sides."""
    four = (value,) * 4 if is_int(value) else tuple(value) * 2 if is_ints(value, 2) else value
    if isinstance(value, str):
        raise ValueError(f"padding is numbers here; got {value!r}. Only Conv2d knows the words 'same' and 'valid'; "
                         "mirrored or repeated edges are padded before the images enter")
    if not is_ints(four, 4) or min(four) < 0:
        raise ValueError("padding is an int, a pair (vertical, horizontal) or four sides (top, left, bottom, right), "
                         f"none negative; got {value!r}")
    return tuple(map(int, four))


def count(name, value):
    """A positive int, or ValueError."""
    if not is_int(value) or value < 1:
        raise ValueError(f"{name} is a positive int; got {value!r}")
    return int(value)


def grouped(groups, c_in, c_out):
    """The number of groups, or ValueError where it does not divide both channel counts."""
    if c_in % count("groups", groups) or c_out % groups:
        raise ValueError(f"groups={groups} has to divide in_channels={c_in} and out_channels={c_out}")
    return groups


def pooling_window(kernel_size, stride, padding):
    """(kernel, stride, padding) of a pooling layer; raises ValueError where a window could lie outside the image."""
    kernel, four = pair("kernel_size", kernel_size), sides(padding)
    if max(four[0::2]) > kernel[0] / 2 or max(four[1::2]) > kernel[1] / 2:
        raise ValueError(f"padding={padding!r} is more than half of kernel_size={kernel_size!r}: a window could lie "
                         "outside the image")
    return kernel, kernel if stride is None else pair("stride", stride), four


def is_int(value):
    return hasattr(value, "__index__") and not isinstance(value, bool)


def is_ints(value, length):
    return isinstance(value, tuple | list) and len(value) == length and all(map(is_int, value))


def image(shape, channels=None):
    """The (c, h, w) of one sample, or ValueError where it is no image or has other channels."""
    if len(shape) != 3:
        raise ValueError(f"takes images (n, c, h, w); samples of shape {shape} came")
    if channels is not None and shape[0] != channels:
        raise ValueError(f"takes {channels} channels; images of {shape[0]} came, shape {shape}")
    return shape


def pooled_sizes(shape, window, ceil_mode):
    """(h_out, w_out) of a pooling window; ceil_mode lets the last one hang over the edge, if it begins before it."""
    sizes = []
    for axis, size in enumerate(window_sizes(shape, *window)):
        kernel, stride, before = window[0][axis], window[1][axis], window[2][axis]
        room = shape[1 + axis] + before + window[2][axis + 2] - kernel
        more = ceil_mode and room % stride and size * stride < shape[1 + axis] + before
        sizes.append(size + bool(more))
    return tuple(sizes)


def features_or_image(shape, channels=None):
    """The channels of one sample (c,) or (c, h, w), or ValueError for another kind or number."""
    if len(shape) not in (1, 3) or (channels is not None and shape[0] != channels):
        c = "c" if channels is None else channels
        raise ValueError(f"takes (n, {c}) or (n, {c}, h, w); samples of shape {shape} came")
    return shape[0]


def window_sizes(shape, kernel, stride, padding, dilation=(1, 1)):
    """(h_out, w_out) of a window over (c, h, w), or ValueError with the formula where it has no place."""
    top, left, bottom, right = padding
    h_out = places(shape[1], kernel[0], stride[0], top, bottom, dilation[0])
    w_out = places(shape[2], kernel[1], stride[1], left, right, dilation[1])
    if h_out < 1 or w_out < 1:
        raise ValueError(f"the window has no place on images of {shape[1]} x {shape[2]}: {CONV_FORMULA} "
                         f"gives {h_out} x {w_out}")
    return h_out, w_out
