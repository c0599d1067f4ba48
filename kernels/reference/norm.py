"""Batch norm: y = W x_hat + b with x_hat = (x - mean) / sqrt(var + eps), per channel.

Shapes: x, y (n, c) or (n, c, h, w); W, b, mean, var (c,). m = number of values per channel = n (h w).
"""
import numpy as np

from .activation import finish


def batch_norm_stats(x, n, mean, var, ws=None):
    """mean[c] = sum of x / m; var[c] = sum of (x - mean[c])^2 / m"""
    m = x.size // x.shape[1]
    mean[...] = 0
    var[...] = 0
    for i in np.ndindex(x.shape):
        mean[i[1]] += x[i] / m
    for i in np.ndindex(x.shape):
        var[i[1]] += (x[i] - mean[i[1]]) ** 2 / m


def batch_norm_forward(x, mean, var, eps, W, b, x_hat, inv_std, out, ws=None, store=None):
    """inv_std[c] = 1 / sqrt(var[c] + eps); x_hat = (x - mean) inv_std; y = W x_hat + b"""
    for c in range(len(W)):
        inv_std[c] = 1 / np.sqrt(var[c] + eps)
    for i in np.ndindex(x.shape):
        x_hat[i] = (x[i] - mean[i[1]]) * inv_std[i[1]]
        out[i] = W[i[1]] * x_hat[i] + b[i[1]]
    finish(out, store)


def batch_norm_input_grad(dy, x_hat, inv_std, W, n, batch_stats, out, ws=None, store=None, sums=None):
    """dx = W inv_std (dy - mean of dy - x_hat * mean of (dy x_hat)); with running statistics, dx = W inv_std dy.
    `sums` would save the first loop; here it is made."""
    m = dy.size // dy.shape[1]
    mean_dy, mean_dy_x_hat = np.zeros(len(W)), np.zeros(len(W))
    if batch_stats:
        for i in np.ndindex(dy.shape):
            mean_dy[i[1]] += dy[i] / m
            mean_dy_x_hat[i[1]] += dy[i] * x_hat[i] / m
    for i in np.ndindex(dy.shape):
        c = i[1]
        out[i] = W[c] * inv_std[c] * (dy[i] - mean_dy[c] - x_hat[i] * mean_dy_x_hat[c])
    finish(out, store)


def batch_norm_weight_grad(dy, x_hat, out, out_b, ws=None):
    """dW[c] = sum over n, h, w of dy * x_hat, db[c] = sum of dy"""
    out[...] = 0
    out_b[...] = 0
    for i in np.ndindex(dy.shape):
        out[i[1]] += dy[i] * x_hat[i]
        out_b[i[1]] += dy[i]


def batch_norm_commit(mean, var, m, momentum, running_mean, running_var):
    """running = (1 - momentum) running + momentum * batch; the variance enters as sum / (m - 1)"""
    for c in range(len(mean)):
        running_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean[c]
        running_var[c] = (1 - momentum) * running_var[c] + momentum * var[c] * m / (m - 1)
