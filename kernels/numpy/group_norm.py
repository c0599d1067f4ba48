"""Group norm: a row of numbers for each group of each sample, and sums along rows."""
import numpy as np

from .scratch import channels, fresh


def rows(x, groups):
    """x (n, c, ...) seen as (n, groups, numbers of a group); x is contiguous."""
    return x.reshape(len(x), groups, -1)


def group_norm_forward(x, groups, eps, W, b, x_hat, group_inv_std, out, ws=fresh):
    x, normal, column = rows(x, groups), rows(x_hat, groups), group_inv_std.reshape(len(x), groups, 1)
    np.subtract(x, np.mean(x, axis=2, keepdims=True, out=ws(column.shape, x.dtype)), out=normal)
    np.mean(np.square(normal, out=ws(x.shape, x.dtype)), axis=2, keepdims=True, out=column)
    column += eps
    np.sqrt(column, out=column)
    np.reciprocal(column, out=column)
    normal *= column
    np.multiply(x_hat, channels(W, out), out=out)
    out += channels(b, out)


def group_norm_input_grad(dy, x_hat, group_inv_std, groups, W, out, ws=fresh):
    column = group_inv_std.reshape(len(dy), groups, 1)
    np.multiply(dy, channels(W, dy), out=out)    # W dy
    dx, normal = rows(out, groups), rows(x_hat, groups)
    t = np.multiply(dx, normal, out=ws(dx.shape, dx.dtype))
    mean_product = np.mean(t, axis=2, keepdims=True, out=ws(column.shape, dx.dtype))
    dx -= np.mean(dx, axis=2, keepdims=True, out=ws(column.shape, dx.dtype))
    dx -= np.multiply(normal, mean_product, out=t)
    dx *= column
