"""Penalties on what passes, and a draw from the distribution that one of them measures."""
from .launch import THREADS, each, fresh, run
from .layout import numbers
from .loss import summing


def l1_penalty(x, n, scale, value, ws=fresh):
    grid, summed = summing(x.size, scale, value, ws)
    run("penalty.cu", "absolute", x.dtype, grid, (THREADS,), x, *summed, n, numbers(x), x.size)


def l1_penalty_input_grad(dy, x, n, scale, out, ws=fresh):
    each("penalty.cu", "absolute_input_grad", x.dtype, x.size, dy, x, float(scale), out, n, numbers(x))


def kl_penalty(x, n, scale, variance, value, ws=fresh):
    size = x.size // 2
    grid, summed = summing(size, scale / 2, value, ws)
    run("penalty.cu", "divergence", x.dtype, grid, (THREADS,), x, bool(variance), *summed, n, numbers(x) // 2, size)


def kl_penalty_input_grad(dy, x, n, scale, variance, out, ws=fresh):
    each("penalty.cu", "divergence_input_grad", x.dtype, x.size // 2, dy, x, bool(variance), float(scale), out, n,
         numbers(x) // 2)


def sampling_forward(x, noise, variance, drawn, out):
    each("penalty.cu", "sample", x.dtype, out.size, x, noise, bool(variance), bool(drawn), out, numbers(out))


def sampling_input_grad(dy, x, noise, variance, drawn, out, ws=fresh):
    each("penalty.cu", "sample_input_grad", x.dtype, dy.size, dy, x, noise, bool(variance), bool(drawn), out,
         numbers(dy))
