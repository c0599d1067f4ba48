"""Gradients of weights and biases of convolution and Linear, in one launch; see weight_grad.cu."""
import numpy as np

from .conv import FLAT, of_one_pixel
from .launch import counters, fresh, run, sizes
from .tiles import WANTED

CHANNELS = 8    # of a bias that a warp sums, as in weight_grad.cu
WARPS = 4    # of a block of threads


def conv2d_weight_grad(x, dy, geometry, out, out_b=None, transposed=False, ws=fresh):
    (sh, sw), (top, left, _, _), (dh, dw), groups = geometry
    blocks, _, h, w, _ = x.shape
    _, c_out, h_out, w_out, _ = dy.shape
    (_, c_in, kh, kw), c_out = out.shape, c_out // groups
    to, tc = 8 if c_out > 4 else 4, 4 if c_in > 1 else 1
    tiles, taps = groups * -(-c_out // to) * -(-c_in // tc), kh * kw
    slices = max(1, min(blocks * h_out, -(-WANTED // (tiles * taps))))
    warps = min(WARPS, slices)
    summed = x if transposed else dy
    of_bias = 0 if out_b is None else -(-summed.shape[1] // CHANNELS)
    parts = ws((slices * (tiles * taps * to * tc + of_bias * CHANNELS),), np.float64)
    grid = tiles + of_bias, taps, -(-slices // warps)
    run("weight_grad.cu", f"weight_grad<{to}, {tc}>", x.dtype, grid, (32, warps), x, dy, summed, parts,
        counters((tiles + of_bias) * taps), out, out_b, blocks, groups, c_in, c_out, h, w, h_out, w_out, kh, kw, sh, sw,
        dh, dw, top, left, *sizes(summed), slices)


def linear_weight_grad(x, dy, out, out_b=None, ws=fresh):
    conv2d_weight_grad(x, dy, FLAT, of_one_pixel(out), out_b, False, ws)
