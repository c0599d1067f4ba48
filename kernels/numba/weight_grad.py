"""Weight gradients of convolution and Linear: dW[o, c, p, q] = sum over samples and places of dy[o] x[c] at tap p, q.

    for some of the blocks, some tiles of dy's channels and some works                      in parallel
        for every piece of a block: rows and columns of dy                                  dy turned, once a piece
            for every work: a tile of x's channels in a kernel row
                for every tile of dy's channels
                    for every tap of the row: outer(...), or inner(...) where channels are few
    the sums of the parts of the batch are added in their order: the same bits for any number of threads
"""
from numba import get_thread_id, prange

from ..numpy import conv as plain
from ..numpy.scratch import fresh
from .channel_sums import bias_grad
from .compiled import compiled, inlined
from .conv import borrowed
from .host import BYTES, LANES, THREADS
from .inner import inner
from .outer import outer, turn
from .public import in_public_layout
from .weight_plan import tiling, weight_plan


@inlined
def turn_piece(dy, d0, d_row, d_column, rows, columns, channels, t, size, turned, to):
    """rows x columns pixels of dy into turned, each from (channel, sample) to (sample, channel)"""
    width = BYTES // dy.itemsize
    for i in range(rows):
        for j in range(columns):
            for lane in range(0, size, width):
                for n in range(0, LANES, width):
                    turn(turned, to + ((i * columns + j) * LANES + n) * size + lane, size,
                         dy, d0 + i * d_row + j * d_column + channels[t, lane] * LANES + n, LANES)


@compiled
def accumulate(x, dy, rows, columns, channels, steps, strides, kernel, dW_steps, samples, turned, sums, dW):
    """x, dy and dW flat; turned (threads, ...) and sums (parts, works, ...) are scratch. dW_steps: from one channel of
    dy to the next in dW, and of x. samples: LANES, but not to the compiler, which would unroll. The rest is a
    WeightPlan's."""
    (by_channels, tile, m, size, blocks, height, width, tall, wide, parts, tile_groups, work_groups, above,
     left) = steps
    x_block, x_row, x_column, x_down, x_across, d_block, d_row, d_column = strides
    c_in, kernel_columns = x_across // LANES, kernel[1]
    x_tiles = (c_in + m - 1) // m
    _, works, tiles, area = sums.shape
    for item in prange(parts * tile_groups * work_groups):
        part, group = item // (tile_groups * work_groups), item // work_groups % tile_groups
        t_begin, t_end = tiles * group // tile_groups, tiles * (group + 1) // tile_groups
        w_begin, w_end = works * (item % work_groups) // work_groups, works * (item % work_groups + 1) // work_groups
        for w in range(w_begin, w_end):
            for t in range(t_begin, t_end):
                for k in range(area):
                    sums[part, w, t, k] = 0
        mine = get_thread_id() * tiles
        for block in range(blocks * part // parts, blocks * (part + 1) // parts):
            for i in range(0, height, tall):
                for j in range(0, width, wide):
                    i_end, j_end, d0 = min(i + tall, height), min(j + wide, width), block * d_block
                    if by_channels:
                        for t in range(t_begin, t_end):
                            turn_piece(dy, d0 + i * d_row + j * d_column, d_row, d_column, i_end - i, j_end - j,
                                       channels, t, size, turned, (mine + t) * turned.shape[2])
                    for w in range(w_begin, w_end):
                        p, c = w // x_tiles, min(w % x_tiles * m, c_in - m)
                        i_first, i_stop = max(i, rows[p, 0]), min(i_end, rows[p, 1])
                        for t in range(t_begin, t_end):
                            for q in range(kernel_columns):
                                j_first, j_stop = max(j, columns[q, 0]), min(j_end, columns[q, 1])
                                if i_first < i_stop and j_first < j_stop:
                                    at = ((part * works + w) * tiles + t) * area + q * m * size
                                    x0 = (block * x_block + i_first * x_row + j_first * x_column + (p - above) * x_down
                                          + (q - left) * x_across + c * LANES)
                                    if by_channels:
                                        pixel, pixels = LANES * size, j_end - j
                                        outer(tile, sums, at, x, x0, x_column, x_row, turned,
                                              (mine + t) * turned.shape[2]
                                              + ((i_first - i) * pixels + j_first - j) * pixel, pixel, pixels * pixel,
                                              i_stop - i_first, j_stop - j_first, samples)
                                    else:
                                        inner(tile, sums, at, x, x0, x_column, x_row, dy,
                                              d0 + i_first * d_row + j_first * d_column + channels[t, 0] * LANES,
                                              d_column, d_row, i_stop - i_first, j_stop - j_first)
    for w in prange(works):
        p, c = w // x_tiles, min(w % x_tiles * m, c_in - m)
        for t in range(tiles):
            for part in range(1, parts):
                for k in range(area):
                    sums[0, w, t, k] += sums[part, w, t, k]
            for k in range(m):
                for q in range(kernel_columns):
                    at = (c + k) * dW_steps[1] + p * kernel_columns + q
                    for lane in range(size):
                        dW[at + channels[t, lane] * dW_steps[0]] = sums[0, w, t, (q * m + k) * size + lane]


def weight_grad(x, dy, kernel, stride, before, dW_steps, out, ws):
    p = weight_plan(len(x), x.shape[1:3], dy.shape[1:3], kernel, stride, before, x.shape[3], dy.shape[3], x.itemsize)
    accumulate(x.reshape(-1), dy.reshape(-1), p.rows, p.columns, p.channels, p.steps, p.strides, kernel, dW_steps,
               LANES, ws((THREADS, *p.turned), dy.dtype), ws(p.sums, x.dtype), out.reshape(-1))


def conv2d_weight_grad(x, dy, geometry, out, out_b=None, transposed=False, ws=fresh):
    if borrowed(geometry):
        return conv2d_weight_grad_in_numpy(x, dy, geometry, out=out, out_b=out_b, transposed=transposed, ws=ws)
    weight_grad(x, dy, out.shape[2:], geometry[0], geometry[1][:2], (out[0].size, out[0, 0].size), out, ws)
    bias_grad(x if transposed else dy, out_b, ws)


def linear_weight_grad(x, dy, out, out_b=None, ws=fresh):
    bias_grad(dy, out_b, ws)
    (c_out, c_in), width = out.shape, BYTES // x.itemsize
    if tiling(c_in, c_out, 1, width)[0] <= tiling(c_out, c_in, 1, width)[0]:
        weight_grad(x, dy, (1, 1), (1, 1), (0, 0), (c_in, 1), out, ws)
    else:    # x and dy are alike here: the other one is turned
        weight_grad(dy, x, (1, 1), (1, 1), (0, 0), (1, c_in), out, ws)


conv2d_weight_grad_in_numpy = in_public_layout(plain.conv2d_weight_grad, writes=())
