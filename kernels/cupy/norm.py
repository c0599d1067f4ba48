"""Batch norm."""
from .launch import each, fresh, run, sizes, stored

WIDE = 256    # threads for a channel


def channel_sums(dy, x_hat, sum_dy, sum_products):
    c, pixels = sizes(dy)
    run("norm.cu", "channel_sums", dy.dtype, (c,), (WIDE,), dy, x_hat, sum_dy, sum_products, len(dy), pixels)


def batch_norm_weight_grad(dy, x_hat, out, out_b, ws=fresh):
    channel_sums(dy, x_hat, out_b, out)


def batch_norm_stats(x, n, mean, var, ws=fresh):
    c, pixels = sizes(x)
    run("norm.cu", "statistics", x.dtype, (c,), (WIDE,), x, mean, var, n, len(x), pixels)


def batch_norm_forward(x, mean, var, eps, W, b, x_hat, inv_std, out, ws=fresh, store=None):
    each("norm.cu", "normalise", x.dtype, x.size, x, mean, var, float(eps), W, b, x_hat, inv_std, out, *stored(store),
         *sizes(x))


def batch_norm_input_grad(dy, x_hat, inv_std, W, n, batch_stats, out, ws=fresh, store=None, sums=None):
    c, pixels = sizes(dy)
    if sums is None and batch_stats:
        sums = ws(W.shape, W.dtype), ws(W.shape, W.dtype)
        channel_sums(dy, x_hat, *sums)
    share = 1 / (n * pixels) if batch_stats else 0.0
    each("norm.cu", "input_grad", dy.dtype, dy.size, dy, x_hat, inv_std, W, *(sums or (W, W)), share, out,
         *stored(store), n, c, pixels)


def batch_norm_commit(mean, var, m, momentum, running_mean, running_var):
    each("norm.cu", "commit", mean.dtype, mean.size, mean, var, float(momentum), m / (m - 1), running_mean, running_var)
