"""Group norm: the channels of one sample in groups, each brought to mean 0 and variance 1; y = W x_hat + b.

Shapes: x, y, x_hat (n, c) or (n, c, h, w); group_inv_std (n, groups); W, b (c,). m = numbers of a group, c / groups
(h w). The gradients of W and b are batch norm's.
"""
import numpy as np


def group(i, x, groups):
    """The sample and group that the number at index i belongs to."""
    return i[0], i[1] * groups // x.shape[1]


def group_norm_forward(x, groups, eps, W, b, x_hat, group_inv_std, out, ws=None):
    """group_inv_std = 1 / sqrt(var + eps), x_hat = (x - mean) group_inv_std, over each group; y = W x_hat + b"""
    m = x[0].size // groups
    mean, var = np.zeros((len(x), groups)), np.zeros((len(x), groups))
    for i in np.ndindex(x.shape):
        mean[group(i, x, groups)] += x[i] / m
    for i in np.ndindex(x.shape):
        var[group(i, x, groups)] += (x[i] - mean[group(i, x, groups)]) ** 2 / m
    for at in np.ndindex(mean.shape):
        group_inv_std[at] = 1 / np.sqrt(var[at] + eps)
    for i in np.ndindex(x.shape):
        x_hat[i] = (x[i] - mean[group(i, x, groups)]) * group_inv_std[group(i, x, groups)]
        out[i] = W[i[1]] * x_hat[i] + b[i[1]]


def group_norm_input_grad(dy, x_hat, group_inv_std, groups, W, out, ws=None):
    """dx = group_inv_std (W dy - mean of (W dy) - x_hat * mean of (W dy x_hat)), means over the group"""
    m = dy[0].size // groups
    mean, mean_x_hat = np.zeros((len(dy), groups)), np.zeros((len(dy), groups))
    for i in np.ndindex(dy.shape):
        mean[group(i, dy, groups)] += W[i[1]] * dy[i] / m
        mean_x_hat[group(i, dy, groups)] += W[i[1]] * dy[i] * x_hat[i] / m
    for i in np.ndindex(dy.shape):
        at = group(i, dy, groups)
        out[i] = group_inv_std[at] * (W[i[1]] * dy[i] - mean[at] - x_hat[i] * mean_x_hat[at])
