"""The table that every proof runs over: one row a layer, with how its settings are drawn and the mistakes to catch.

A row's `settings` is a strategy of (keyword arguments, shape of a sample). A mistake is a name and the kernel that it
breaks: a function that is given the right kernel first and then its arguments.
"""
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st

from nanoae.kernels.geometry import transposed_size
from nanoae.layers import (
    ELU,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    GroupNorm,
    KLPenalty,
    L1Penalty,
    LeakyReLU,
    Linear,
    MaxPool2d,
    PReLU,
    ReLU,
    Reshape,
    Sampling,
    Sigmoid,
    SmoothStep,
    Softmax,
    Softplus,
    Step,
    Tanh,
    Upsample,
)
from nanoae.losses import REDUCTIONS


@dataclass
class Case:
    """One row. example: (keyword arguments, shape) on which every mistake shows. linear: is the dot test due?
    stands_for: the function (layer, x) whose gradient backward gives, where that is not its own forward's.
    taken: what (layer, x) makes of random numbers, where the layer takes only some."""

    layer: type
    settings: Any
    example: tuple
    mistakes: dict = field(default_factory=dict)
    linear: bool = False
    stands_for: Any = None
    taken: Any = None


def axis(pooling=False):
    """One axis of a window: size, kernel, stride, before, after, dilation; a stride above 1 never divides."""
    @st.composite
    def drawn(draw):
        kernel, stride = draw(st.integers(1, 3)), draw(st.integers(1, 3))
        dilation = 1 if pooling else draw(st.integers(1, 2))
        before, after = (draw(st.integers(0, kernel // 2 if pooling else 2)) for _ in range(2))
        rest = draw(st.integers(1, stride - 1)) if stride > 1 else 0
        size = (draw(st.integers(1, 3)) - 1) * stride + dilation * (kernel - 1) + 1 - before - after + rest
        return size, kernel, stride, before, after, dilation
    return drawn().filter(lambda a: 1 <= a[0] <= 8)


def sides(rows, columns):
    return rows[3], columns[3], rows[4], columns[4]


@st.composite
def convolution(draw):
    rows, columns = draw(st.tuples(axis(), axis()).filter(lambda a: a[0][0] != a[1][0]))
    groups = draw(st.integers(1, 2))
    c_in, c_out = (groups * draw(st.integers(1, 2)) for _ in range(2))
    arguments = {"in_channels": c_in, "out_channels": c_out, "kernel_size": (rows[1], columns[1]),
                 "stride": (rows[2], columns[2]), "padding": sides(rows, columns), "dilation": (rows[5], columns[5]),
                 "groups": groups, "bias": draw(st.booleans())}
    return arguments, (c_in, rows[0], columns[0])


@st.composite
def transposed(draw):
    arguments, (c_in, h, w) = draw(convolution())
    arguments["output_padding"] = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in
                                        zip(arguments["stride"], arguments["dilation"], strict=True))
    top, left, bottom, right = arguments["padding"]
    h_out = transposed_size(h, arguments["kernel_size"][0], arguments["stride"][0], top, bottom,
                            arguments["dilation"][0], arguments["output_padding"][0])
    w_out = transposed_size(w, arguments["kernel_size"][1], arguments["stride"][1], left, right,
                            arguments["dilation"][1], arguments["output_padding"][1])
    return (arguments, (c_in, h, w)) if min(h_out, w_out) > 0 else draw(transposed())


@st.composite
def pooling(draw, average=False):
    rows, columns = draw(st.tuples(axis(True), axis(True)).filter(lambda a: a[0][0] != a[1][0]))
    arguments = {"kernel_size": (rows[1], columns[1]), "stride": (rows[2], columns[2]), "padding": sides(rows, columns)}
    arguments["ceil_mode"] = draw(st.booleans())
    if average:
        arguments |= {"count_include_pad": draw(st.booleans()), "divisor_override": draw(st.sampled_from((None, 5)))}
    return arguments, (draw(st.integers(1, 3)), rows[0], columns[0])


features = st.integers(2, 6).map(lambda k: (k,))
images = st.lists(st.integers(1, 5), min_size=3, max_size=3, unique=True).map(tuple)
anything = features | images


def of(arguments, shapes=anything):
    """Settings from a strategy of keyword arguments and one of shapes."""
    return st.tuples(st.fixed_dictionaries(arguments), shapes)


linear_settings = st.tuples(st.integers(1, 6), st.integers(1, 6), st.booleans()).map(
    lambda t: ({"in_features": t[0], "out_features": t[1], "bias": t[2]}, (t[0],)))
norm_settings = st.tuples(anything, st.booleans()).map(
    lambda t: ({"num_features": t[0][0], "eps": 1e-3, "affine": t[1]}, t[0]))
group_settings = st.tuples(st.integers(1, 2), st.integers(1, 3), anything, st.booleans()).map(lambda t: (
    {"num_groups": t[0], "num_channels": t[0] * t[1], "eps": 1e-3, "affine": t[3]}, (t[0] * t[1], *t[2][1:])))
prelu_settings = st.tuples(anything, st.booleans()).map(
    lambda t: ({"num_parameters": t[0][0] if t[1] else 1}, t[0]))
same_settings = st.tuples(images, st.integers(1, 4), st.integers(1, 4), st.integers(1, 2)).map(
    lambda t: ({"in_channels": t[0][0], "out_channels": 2, "kernel_size": t[1:3], "padding": "same",
                "dilation": t[3]}, t[0]))
two_halves = anything.map(lambda shape: (2 * shape[0], *shape[1:]))
spread = st.sampled_from(("logvar", "variance"))
reshape_settings = images.map(lambda shape: ({"shape": (shape[1], shape[2] * shape[0])}, shape))
upsample_settings = of({"scale_factor": st.tuples(st.integers(1, 3), st.integers(1, 3)),
                        "mode": st.sampled_from(("nearest", "nearest-exact", "bilinear"))}, images) | of(
                       {"size": st.tuples(st.integers(1, 7), st.integers(1, 7)),
                        "mode": st.sampled_from(("nearest", "nearest-exact", "bilinear"))}, images) | of(
                       {"scale_factor": st.integers(1, 3), "mode": st.just("bilinear"),
                        "align_corners": st.booleans()}, images)


def spreads_taken(layer, x):
    """Variances are above 0."""
    x = x.copy()
    if layer.spread == "variance":
        s = x[:, x.shape[1] // 2:]
        s[...] = 0.3 + abs(s)
    return x


# -- mistakes: the right kernel first, then its arguments

def flipped(kernel, dy, W, b, geometry, **rest):
    kernel(dy, W[:, :, ::-1, ::-1].copy(), b, geometry, **rest)


def first_sample_only(kernel, x, dy, *geometry, **rest):
    kernel(x[:1], dy[:1], *geometry, **rest)


def mean_of_samples(kernel, x, dy, *geometry, out_b, **rest):
    kernel(x, dy, *geometry, out_b=out_b, **rest)
    if out_b is not None:
        out_b /= len(dy)


def stride_forgotten(kernel, dy, W, b, geometry, out, ws=None, store=None):
    near = np.zeros_like(out)
    spread = dy[:, :, :(out.shape[2] + 1) // 2, :(out.shape[3] + 1) // 2]
    kernel(spread, W, b, ((1, 1), *geometry[1:]), out=near)
    out[...] = near


def last_write_wins(kernel, dy, W, out, ws=None, store=None):
    out[...] = dy[:, -1:] * W[-1:]


def not_transposed(kernel, x, dy, out, out_b, ws=None):
    kernel(x, dy, out=out, out_b=out_b)
    out[...] = out.reshape(-1)[::-1].reshape(out.shape)


def unchanged(kernel, dy, y, *parameters, out, ws=None):
    out[...] = dy


def square_forgotten(kernel, dy, y, out, ws=None):
    out[...] = dy * (1 - y)


def mask_from_upstream(kernel, dy, y, *parameters, out, ws=None):
    out[...] = dy * (dy > 0)


def alpha_forgotten(kernel, dy, y, alpha, out, ws=None):
    kernel(dy, y, 0.0, out=out)


def slope_from_above(kernel, x, dy, out, ws=None):
    kernel(-x, -dy, out=out)


def slopes_not_summed_over_pixels(kernel, x, dy, out, ws=None):
    kernel(x[..., :1].copy(), dy[..., :1].copy(), out=out)


def slope_forgotten_below(kernel, dy, x, W, out, ws=None):
    kernel(dy, x, np.ones_like(W), out=out)


def group_mean_missing(kernel, dy, x_hat, group_inv_std, groups, W, out, ws=None):
    kernel(dy, x_hat, group_inv_std, groups, W, out=out)
    shape = (len(dy), groups, -1)
    mean = (dy * W[:, None, None]).reshape(shape).mean(axis=2, keepdims=True)
    out += np.broadcast_to(mean * group_inv_std[:, :, None], out.reshape(shape).shape).reshape(out.shape)


def one_group(kernel, dy, x_hat, group_inv_std, groups, W, out, ws=None):
    kernel(dy, x_hat, group_inv_std[:, :1].copy(), 1, W, out=out)


def inner_sum_forgotten(kernel, dy, y, out, ws=None):
    out[...] = dy * y * (1 - y)


def mean_term_missing(kernel, dy, x_hat, inv_std, W, n, batch_stats, out, ws=None, store=None, sums=None):
    kernel(dy, x_hat, inv_std, W, n, batch_stats, out=out)
    axes = (0, *range(2, dy.ndim))
    out += dy.mean(axis=axes, keepdims=True) * (W * inv_std).reshape((-1,) + (1,) * (dy.ndim - 2))


def variance_term_missing(kernel, dy, x_hat, inv_std, W, n, batch_stats, out, ws=None, store=None, sums=None):
    axes = (0, *range(2, dy.ndim))
    scale = (W * inv_std).reshape((-1,) + (1,) * (dy.ndim - 2))
    out[...] = scale * (dy - dy.mean(axis=axes, keepdims=True))


def winner_ignored(kernel, dy, index, window, out, ws=None):
    kernel(dy, np.zeros_like(index), window, out=out)


def share_forgotten(kernel, dy, window, share, out, ws=None):
    kernel(dy, window, np.ones_like(share), out=out)


def rows_for_columns(kernel, dy, A, B, out, ws=None):
    kernel(dy, A[:, ::-1].copy(), B, out=out)


def scale_forgotten(kernel, dy, mask, out):
    out[...] = dy * (mask > 0)


def sign_forgotten(kernel, dy, x, n, scale, out, ws=None):
    out[...] = dy + scale


def penalty_gradient_forgotten(kernel, dy, x, n, scale, out, ws=None):
    out[...] = dy


def noise_forgotten(kernel, dy, x, noise, variance, drawn, out, ws=None):
    kernel(dy, x, np.ones_like(noise), variance, drawn, out=out)


def half_forgotten(kernel, dy, x, noise, variance, drawn, out, ws=None):
    kernel(dy, x, noise, variance, drawn, out=out)
    out[:, dy.shape[1]:] *= 2


def no_gradient_of_the_spread(kernel, dy, x, noise, variance, drawn, out, ws=None):
    kernel(dy, x, noise, variance, False, out=out)


def one_forgotten(kernel, dy, x, n, scale, variance, out, ws=None):
    kernel(dy, x, n, scale, variance, out=out)
    out[:, x.shape[1] // 2:] += scale / 2


def divergence_forgotten(kernel, dy, x, n, scale, variance, out, ws=None):
    out[...] = dy


def constant_outside_forgotten(kernel, dy, x, eps, out, ws=None):
    out[...] = dy * 6 * (x / eps) * (1 - x / eps) / eps


def width_forgotten(kernel, dy, x, eps, out, ws=None):
    kernel(dy, x, eps, out=out)
    out *= eps


def slope_forgotten(kernel, dy, x, slope, out, ws=None):
    kernel(dy, x, slope, out=out)
    out /= slope


def order_lost(kernel, x, out):
    values = np.ascontiguousarray(x if out.ndim == 2 else x.reshape(out.shape))
    kernel(values[..., ::-1].copy() if out.ndim == 4 else values, out=out)


DW = {"dW of the first sample only": ("conv2d_weight_grad", first_sample_only)}
DB = {"db as a mean over samples": ("conv2d_weight_grad", mean_of_samples)}
window = {"kernel_size": (3, 2), "stride": (2, 3), "padding": (1, 0, 1, 1)}

CASES = [
    Case(Linear, linear_settings, ({"in_features": 4, "out_features": 3}, (4,)), linear=True, mistakes={
        "db as a mean over samples": ("linear_weight_grad", mean_of_samples),
        "dx written with = where += was meant": ("linear_input_grad", last_write_wins),
        "dW in another order": ("linear_weight_grad", not_transposed),
        "dW of the first sample only": ("linear_weight_grad", first_sample_only)}),
    Case(Conv2d, convolution() | same_settings, ({"in_channels": 2, "out_channels": 4, "kernel_size": (3, 2),
                                                  "stride": (2, 3), "padding": 1}, (2, 6, 7)), linear=True,
         mistakes=DW | DB | {
        "kernel not flipped in dx": ("conv2d_input_grad", flipped),
        "stride missing in dx": ("conv2d_input_grad", stride_forgotten)}),
    Case(ConvTranspose2d, transposed(), ({"in_channels": 2, "out_channels": 3, "kernel_size": (3, 2), "stride": (2, 3),
                                          "padding": 1, "output_padding": 1}, (2, 3, 4)), linear=True,
         mistakes=DW | DB | {"kernel flipped in dx": ("conv2d_forward", flipped)}),
    Case(MaxPool2d, pooling(), (window, (2, 6, 7)), mistakes={
        "gradient to the first cell of the window": ("max_pool2d_input_grad", winner_ignored)}),
    Case(AvgPool2d, pooling(average=True), (window, (2, 6, 7)), linear=True, mistakes={
        "gradient not shared out": ("avg_pool2d_input_grad", share_forgotten)}),
    Case(GlobalAvgPool2d, of({}, images), ({}, (2, 3, 4)), linear=True, mistakes={
        "gradient not shared out": ("avg_pool2d_input_grad", share_forgotten)}),
    Case(Upsample, upsample_settings, ({"scale_factor": 2, "mode": "bilinear"}, (2, 3, 4)), linear=True, mistakes={
        "gradient to the mirrored row": ("upsample_input_grad", rows_for_columns)}),
    Case(Sigmoid, of({}), ({}, (3, 4)), mistakes={
        "derivative forgotten": ("sigmoid_input_grad", unchanged),
        "1 - y for y (1 - y)": ("sigmoid_input_grad", square_forgotten)}),
    Case(Tanh, of({}), ({}, (3, 4)), mistakes={
        "derivative forgotten": ("tanh_input_grad", unchanged),
        "1 - y for 1 - y^2": ("tanh_input_grad", square_forgotten)}),
    Case(ReLU, of({}), ({}, (3, 4)), mistakes={
        "derivative forgotten": ("relu_input_grad", unchanged),
        "mask from dy": ("relu_input_grad", mask_from_upstream)}),
    Case(LeakyReLU, of({"negative_slope": st.floats(0, 2)}), ({"negative_slope": 0.3}, (3, 4)), mistakes={
        "derivative forgotten": ("leaky_relu_input_grad", unchanged)}),
    Case(Softplus, of({"beta": st.floats(0.3, 3)}), ({"beta": 2.0}, (3, 4)), mistakes={
        "derivative forgotten": ("softplus_input_grad", unchanged)}),
    Case(ELU, of({"alpha": st.floats(0, 2)}), ({"alpha": 0.7}, (3, 4)), mistakes={
        "derivative forgotten": ("elu_input_grad", unchanged),
        "alpha forgotten": ("elu_input_grad", alpha_forgotten)}),
    Case(PReLU, prelu_settings, ({"num_parameters": 3}, (3, 4, 2)), mistakes={
        "slope forgotten in dx": ("prelu_input_grad", slope_forgotten_below),
        "dW of the numbers above 0": ("prelu_weight_grad", slope_from_above),
        "dW not summed over pixels": ("prelu_weight_grad", slopes_not_summed_over_pixels)}),
    Case(SmoothStep, of({"eps": st.floats(0.3, 3)}), ({"eps": 2.0}, (3, 4)), mistakes={
        "slope outside of (0, eps)": ("smooth_step_input_grad", constant_outside_forgotten),
        "1 / eps forgotten": ("smooth_step_input_grad", width_forgotten)}),
    Case(Step, of({"slope": st.floats(0.3, 3)}), ({"slope": 2.0}, (3, 4)), mistakes={
        "slope forgotten": ("step_input_grad", slope_forgotten)},
        stands_for=lambda layer, x: 1 / (1 + np.exp(-layer.slope * x))),    # the sigmoid that it is the limit of
    Case(L1Penalty, of({"weight": st.floats(0.1, 3), "reduction": st.sampled_from(REDUCTIONS)}),
         ({"weight": 0.7, "reduction": "sample"}, (3, 4)), mistakes={
             "sign forgotten": ("l1_penalty_input_grad", sign_forgotten),
             "gradient forgotten": ("l1_penalty_input_grad", penalty_gradient_forgotten)}),
    Case(Sampling, of({"spread": spread}, two_halves), ({}, (4, 2, 3)), taken=spreads_taken, mistakes={
        "eps forgotten": ("sampling_input_grad", noise_forgotten),
        "sigma for sigma / 2": ("sampling_input_grad", half_forgotten),
        "no gradient of the spread": ("sampling_input_grad", no_gradient_of_the_spread)}),
    Case(KLPenalty, of({"spread": spread, "weight": st.floats(0.1, 3), "reduction": st.sampled_from(REDUCTIONS)},
                       two_halves), ({"weight": 0.7}, (4, 2, 3)), taken=spreads_taken, mistakes={
        "sigma^2 for sigma^2 - 1": ("kl_penalty_input_grad", one_forgotten),
        "gradient forgotten": ("kl_penalty_input_grad", divergence_forgotten)}),
    Case(Softmax, of({}), ({}, (4,)), mistakes={
        "only the diagonal of the Jacobian": ("softmax_input_grad", inner_sum_forgotten)}),
    Case(Flatten, of({}, images), ({}, (2, 3, 4)), linear=True, mistakes={"order lost": ("reshape", order_lost)}),
    Case(Reshape, reshape_settings, ({"shape": (4, 3, 2)}, (24,)), linear=True,
         mistakes={"order lost": ("reshape", order_lost)}),
    Case(Dropout, of({"p": st.floats(0, 0.9)}), ({"p": 0.4}, (3, 4)), linear=True, mistakes={
        "scale 1 / (1 - p) forgotten": ("dropout_input_grad", scale_forgotten)}),
    Case(BatchNorm, norm_settings, ({"num_features": 3}, (3, 4, 2)), mistakes={
        "term of the mean missing": ("batch_norm_input_grad", mean_term_missing),
        "term of the variance missing": ("batch_norm_input_grad", variance_term_missing)}),
    Case(GroupNorm, group_settings, ({"num_groups": 2, "num_channels": 4}, (4, 3, 2)), mistakes={
        "term of the mean missing": ("group_norm_input_grad", group_mean_missing),
        "all channels as one group": ("group_norm_input_grad", one_group)}),
]
