"""Penalties on what passes, and a draw from the distribution that one of them measures."""
from .launch import THREADS, each, fresh, run
from .layout import numbers
from .loss import parts_of, total


def l1_penalty(x, n, scale, value, ws=fresh):
    parts = parts_of(x.size, ws)
    run("penalty.cu", "absolute", x.dtype, (parts.size,), (THREADS,), x, parts, n, numbers(x), x.size)
    total(parts, scale, value)


def l1_penalty_input_grad(dy, x, n, scale, out, ws=fresh):
    each("penalty.cu", "absolute_input_grad", x.dtype, x.size, dy, x, float(scale), out, n, numbers(x))


def kl_penalty(x, n, scale, variance, value, ws=fresh):
    size = x.size // 2
    parts = parts_of(size, ws)
    run("penalty.cu", "divergence", x.dtype, (parts.size,), (THREADS,), x, bool(variance), parts, n, numbers(x) // 2,
        size)
    total(parts, scale / 2, value)


def kl_penalty_input_grad(dy, x, n, scale, variance, out, ws=fresh):
    each("penalty.cu", "divergence_input_grad", x.dtype, x.size // 2, dy, x, bool(variance), float(scale), out, n,
         numbers(x) // 2)


def sampling_forward(x, noise, variance, drawn, out):
    each("penalty.cu", "sample", x.dtype, out.size, x, noise, bool(variance), bool(drawn), out, numbers(out))


def sampling_input_grad(dy, x, noise, variance, drawn, out, ws=fresh):
    each("penalty.cu", "sample_input_grad", x.dtype, dy.size, dy, x, noise, bool(variance), bool(drawn), out,
         numbers(dy))
