"""Batch and layer normalisation, as (out, cache) functions with a dictionary of settings."""
import numpy as np


def batch_norm(x, gamma, beta, settings):
    mean, var = x.mean(axis=0), x.var(axis=0)
    hat = (x - mean) / np.sqrt(var + settings["eps"])
    settings["running_mean"] = 0.9 * settings.get("running_mean", 0) + 0.1 * mean
    return gamma * hat + beta, (hat, gamma, var, settings["eps"])


def batch_norm_backward(dout, cache):
    hat, gamma, var, eps = cache
    dhat = dout * gamma
    dx = (dhat - dhat.mean(axis=0) - hat * (dhat * hat).mean(axis=0)) / np.sqrt(var + eps)
    return dx, (dout * hat).sum(axis=0), dout.sum(axis=0)


def layer_norm(x, gamma, beta, settings):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    hat = (x - mean) / np.sqrt(var + settings["eps"])
    return gamma * hat + beta, (hat, gamma, var, settings["eps"])


def layer_norm_backward(dout, cache):
    hat, gamma, var, eps = cache
    dh = dout * gamma
    means = dh.mean(axis=1, keepdims=True) + hat * (dh * hat).mean(axis=1, keepdims=True)
    return (dh - means) / np.sqrt(var + eps), (dout * hat).sum(axis=0), dout.sum(axis=0)


def example():
    rng = np.random.default_rng(7)
    return rng.standard_normal((6, 5)), 1 + 0.3 * rng.standard_normal(5), rng.standard_normal(5), {"eps": 1e-5}


PAIRS = ("batch_norm", "layer_norm")
DX = "(dhat - dhat.mean(axis=0) - hat * (dhat * hat).mean(axis=0))"
MEANS = "dh.mean(axis=1, keepdims=True) + hat * (dh * hat).mean(axis=1, keepdims=True)"
BUGS = (
    ("batch_norm", "mean term missing", DX, "(dhat - hat * (dhat * hat).mean(axis=0))", "mean term missing"),
    ("batch_norm", "variance term missing", DX, "(dhat - dhat.mean(axis=0))", "variance term missing"),
    ("batch_norm", "statistics constant", DX, "dhat", "mean and variance terms missing"),
    ("batch_norm", "mean term added", DX, "(dhat + dhat.mean(axis=0) - hat * (dhat * hat).mean(axis=0))",
     "wrong factor in a term"),
    ("batch_norm", "variance term doubled", DX, "(dhat - dhat.mean(axis=0) - 2 * hat * (dhat * hat).mean(axis=0))",
     "wrong factor in a term"),
    ("batch_norm", "gamma missing", "dhat = dout * gamma", "dhat = 1.0 * dout", "factor missing"),
    ("batch_norm", "dgamma without hat", "(dout * hat).sum(axis=0), dout", "dout.sum(axis=0), dout", "factor missing",
     "gradient of another input"),
    ("batch_norm", "dgamma a mean", "(dout * hat).sum(axis=0), dout", "(dout * hat).mean(axis=0), dout", "factor 1/N"),
    ("batch_norm", "dbeta of dhat", "dout.sum(axis=0)", "dhat.sum(axis=0)", "extra factor"),
    ("layer_norm", "mean term missing", MEANS, "hat * (dh * hat).mean(axis=1, keepdims=True)", "mean term missing"),
    ("layer_norm", "variance term missing", MEANS, "dh.mean(axis=1, keepdims=True)", "variance term missing"),
    ("layer_norm", "statistics constant", MEANS, "0 * dh", "mean and variance terms missing"),
    ("layer_norm", "gamma missing", "dh = dout * gamma", "dh = 1.0 * dout", "factor missing"),
)
