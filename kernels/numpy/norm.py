"""Batch norm as sums over every axis but the channels'."""
import numpy as np

from .activation import finish
from .conv import bias_grad
from .scratch import all_but_channels, channels, fresh


def batch_norm_stats(x, n, mean, var, ws=fresh):
    np.mean(x, axis=all_but_channels(x), out=mean)
    t = np.subtract(x, channels(mean, x), out=ws(x.shape, x.dtype))
    np.square(t, out=t)
    np.mean(t, axis=all_but_channels(x), out=var)


def batch_norm_forward(x, mean, var, eps, W, b, x_hat, inv_std, out, ws=fresh, store=None):
    np.add(var, eps, out=inv_std)
    np.sqrt(inv_std, out=inv_std)
    np.reciprocal(inv_std, out=inv_std)
    np.subtract(x, channels(mean, x), out=x_hat)
    x_hat *= channels(inv_std, x)
    np.multiply(x_hat, channels(W, x), out=out)
    out += channels(b, x)
    finish(out, store, ws)


def batch_norm_input_grad(dy, x_hat, inv_std, W, n, batch_stats, out, ws=fresh, store=None, sums=None):
    if batch_stats:
        m = dy.size // len(W)
        mean_dy, mean_dy_x_hat = ws(W.shape, W.dtype), ws(W.shape, W.dtype)
        if sums is None:
            sums = mean_dy, mean_dy_x_hat
            batch_norm_weight_grad(dy, x_hat, out=mean_dy_x_hat, out_b=mean_dy, ws=ws)
        np.divide(sums[0], m, out=mean_dy)
        np.divide(sums[1], m, out=mean_dy_x_hat)
        t = np.multiply(x_hat, channels(mean_dy_x_hat, dy), out=ws(dy.shape, dy.dtype))
        t += channels(mean_dy, dy)
        np.subtract(dy, t, out=out)
    else:
        np.copyto(out, dy)
    out *= channels(W, dy)
    out *= channels(inv_std, dy)
    finish(out, store, ws)


def batch_norm_weight_grad(dy, x_hat, out, out_b, ws=fresh):
    t = np.multiply(dy, x_hat, out=ws(dy.shape, dy.dtype))
    bias_grad(t, out=out)
    bias_grad(dy, out=out_b)


def batch_norm_commit(mean, var, m, momentum, running_mean, running_var):
    running_mean *= 1 - momentum
    running_mean += momentum * mean
    running_var *= 1 - momentum
    running_var += momentum * m / (m - 1) * var
