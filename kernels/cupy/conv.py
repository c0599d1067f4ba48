"""Convolution and Linear, forward and back to the input, specialised by kernel, stride, dilation, tile; see conv.cu."""
from .launch import fresh, run, stored
from .tiles import tiling, weights_at_once

FLAT = (1, 1), (0, 0, 0, 0), (1, 1), 1    # Linear as a convolution of one pixel


def template(W, geometry, tile):
    (sh, sw), _, (dh, dw), _ = geometry
    return ", ".join(map(str, (*W.shape[2:], sh, sw, dh, dw, tile.channels, tile.pixels)))


def conv2d_forward(x, W, b, geometry, out, ws=fresh, store=None):
    _, (top, left, _, _), _, groups = geometry
    blocks, _, h, w, _ = x.shape
    (c_out, h_out, w_out), c_in = out.shape[1:4], W.shape[1]
    c_out //= groups
    tile = tiling(c_out, blocks * groups * h_out, w_out, c_in, x.dtype)
    chunk, shared = weights_at_once(W, c_in, tile)
    run("conv.cu", f"conv<{template(W, geometry, tile)}>", x.dtype,
        grid(tile, h_out, w_out, groups, c_out, blocks), (32, tile.beside, tile.sharing), x, W, b, out, *stored(store),
        groups, c_in, c_out, h, w, h_out, w_out, top, left, chunk, shared=shared)


def conv2d_input_grad(dy, W, b, geometry, out, ws=fresh, store=None):
    (_, sw), (top, left, _, _), _, groups = geometry
    blocks, c_out, h_out, w_out, _ = dy.shape
    (_, h, w), c_in = out.shape[1:4], W.shape[1]
    c_out //= groups
    apart = -(-w // sw)    # pixels of a row that the same taps meet
    tile = tiling(c_in, blocks * groups * h * sw, apart, c_out, dy.dtype)
    chunk, shared = weights_at_once(W, c_out, tile)
    run("conv.cu", f"conv_input_grad<{template(W, geometry, tile)}>", dy.dtype,
        grid(tile, h * sw, apart, groups, c_in, blocks), (32, tile.beside, tile.sharing), dy, W, b, out, *stored(store),
        groups, c_in, c_out, h, w, h_out, w_out, top, left, chunk, shared=shared)


def grid(tile, rows, row, groups, channels, blocks):
    segments = rows * -(-row // tile.pixels)
    return -(-segments // tile.beside), groups * -(-channels // tile.channels), blocks


def of_one_pixel(W):
    return W.reshape(*W.shape, 1, 1)


def linear_forward(x, W, b, out, ws=fresh, store=None):
    conv2d_forward(x, of_one_pixel(W), b, FLAT, out, ws, store)


def linear_input_grad(dy, W, out, ws=fresh, store=None):
    conv2d_input_grad(dy, of_one_pixel(W), None, FLAT, out, ws, store)
