"""Flat vectors: Adam's step, lengths and products."""
from .launch import THREADS, each, fresh, run
from .loss import summing


def adam(theta, grad, m, v, t, lr, beta1, beta2, eps, weight_decay, decoupled, ws=fresh):
    decay, shrink = (0.0, 1 - lr * weight_decay) if decoupled else (float(weight_decay), 1.0)
    each("vectors.cu", "adam", theta.dtype, theta.size, theta, grad, m, v, lr / (1 - beta1 ** t), 1 / (1 - beta2 ** t),
         float(beta1), float(beta2), float(eps), decay, shrink)


def norms(vector, bounds, out, ws=fresh):
    run("vectors.cu", "norms", vector.dtype, (out.size,), (256,), vector, bounds, out)


def dot(a, b, out, ws=fresh):
    grid, summed = summing(a.size, 1.0, out, fresh)
    run("vectors.cu", "products", a.dtype, grid, (THREADS,), a, b, *summed, a.size)


def accumulate(value, out):
    run("vectors.cu", "accumulate", "float64", (1,), (1,), value, out)
