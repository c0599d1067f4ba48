"""Convolution and Linear, specialised by kernel, stride, dilation and tile; see conv.cu and weight_grad.cu."""
import numpy as np

from .launch import fresh, run, stored

WARPS = 4    # of a block, which share weights
SHARED = 16 * 1024    # bytes of weights in shared memory, at most
WANTED = 1000    # warps that a device should have at once
FLAT = (1, 1), (0, 0, 0, 0), (1, 1), 1    # Linear as a convolution of one pixel


def tile(channels, pixels, dtype):
    """(channels, pixels in a row) of a warp: large tiles read less, small ones leave fewer places empty. A float64
    takes two registers, of which a thread has 255."""
    sizes = (12, 8, 4) if dtype == np.float32 else (8, 4)
    return next((k for k in sizes if channels % k == 0), 8 if channels > 4 else 4), 4 if pixels > 2 else 1


def template(W, geometry, tile):
    (sh, sw), _, (dh, dw), _ = geometry
    return ", ".join(map(str, (*W.shape[2:], sh, sw, dh, dw, *tile)))


def chunk_of(W, channels, to):
    """How many channels' weights stand in shared memory at once, and their bytes."""
    one = W.shape[2] * W.shape[3] * to * W.itemsize
    chunk = max(1, min(channels, SHARED // one))
    return chunk, chunk * one


def conv2d_forward(x, W, b, geometry, out, ws=fresh, store=None):
    _, (top, left, _, _), _, groups = geometry
    blocks, _, h, w, _ = x.shape
    (c_out, h_out, w_out), c_in = out.shape[1:4], W.shape[1]
    c_out //= groups
    to, tp = tile(c_out, w_out, x.dtype)
    chunk, shared = chunk_of(W, c_in, to)
    segments = h_out * -(-w_out // tp)
    run("conv.cu", f"conv<{template(W, geometry, (to, tp))}>", x.dtype,
        (-(-segments // WARPS), groups * -(-c_out // to), blocks), (32, WARPS), x, W, b, out, *stored(store), groups,
        c_in, c_out, h, w, h_out, w_out, top, left, chunk, shared=shared)


def conv2d_input_grad(dy, W, b, geometry, out, ws=fresh, store=None):
    (_, sw), (top, left, _, _), _, groups = geometry
    blocks, c_out, h_out, w_out, _ = dy.shape
    (_, h, w), c_in = out.shape[1:4], W.shape[1]
    c_out //= groups
    apart = -(-w // sw)    # pixels of a row that the same taps meet
    to, tp = tile(c_in, apart, dy.dtype)
    chunk, shared = chunk_of(W, c_out, to)
    segments = h * sw * -(-apart // tp)
    run("conv.cu", f"conv_input_grad<{template(W, geometry, (to, tp))}>", dy.dtype,
        (-(-segments // WARPS), groups * -(-c_in // to), blocks), (32, WARPS), dy, W, b, out, *stored(store), groups,
        c_in, c_out, h, w, h_out, w_out, top, left, chunk, shared=shared)


def conv2d_weight_grad(x, dy, geometry, out, ws=fresh):
    (sh, sw), (top, left, _, _), (dh, dw), groups = geometry
    blocks, _, h, w, _ = x.shape
    _, c_out, h_out, w_out, _ = dy.shape
    (_, c_in, kh, kw), c_out = out.shape, c_out // groups
    to, tc = 8 if c_out > 4 else 4, 4 if c_in > 1 else 1
    tiles = groups * -(-c_out // to) * -(-c_in // tc)
    slices = max(1, min(blocks * h_out, -(-WANTED // (tiles * kh * kw))))
    parts = ws((slices, out.size), np.float64)
    warps = min(WARPS, slices)
    run("weight_grad.cu", f"weight_grad<{to}, {tc}>", x.dtype, (tiles, kh * kw, -(-slices // warps)), (32, warps), x,
        dy, parts, blocks, groups, c_in, c_out, h, w, h_out, w_out, kh, kw, sh, sw, dh, dw, top, left, slices)
    run("weight_grad.cu", "total", x.dtype, (-(-out.size // 128),), (128,), parts, out, slices, out.size)


def of_one_pixel(W):
    return W.reshape(*W.shape, 1, 1)


def linear_forward(x, W, b, out, ws=fresh, store=None):
    conv2d_forward(x, of_one_pixel(W), b, FLAT, out, ws, store)


def linear_input_grad(dy, W, out, ws=fresh, store=None):
    conv2d_input_grad(dy, of_one_pixel(W), None, FLAT, out, ws, store)


def linear_weight_grad(x, dy, out, ws=fresh):
    conv2d_weight_grad(x, dy, FLAT, of_one_pixel(out), ws)
