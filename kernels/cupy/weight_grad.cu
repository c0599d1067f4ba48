// dW[o, c, p, q] = sum over samples and pixels of dy[o, i, j] x[c, i sh + p dh - top, j sw + q dw - left], and a bias's
// gradient, the sum of dy (or of x, where those have changed places). A warp sums its slice, lanes, which are samples, at the
// end; the last block of threads of a tile adds the slices up in their order, so that the same numbers give the same bits.
//
//   blockIdx.x    a tile of TO x TC weights, or, after the last of these, of CHANNELS of the bias
//   blockIdx.y    a tap (p, q)
//   blockIdx.z    some slices
#include "common.cuh"

#define CHANNELS 8

struct Slices { int mine, count; };    // this warp's, of so many

__device__ __forceinline__ int bound(long long size, int slice, int count) { return int(size * slice / count); }

__device__ __forceinline__ double sum_of_lanes(double v)
{
    for (int by = LANES / 2; by > 0; by /= 2) v += __shfl_down_sync(EVERY_LANE, v, by);
    return v;
}

// One tap's sums over a slice of the rows of dy; parts at 0 is the tile's first weight.
template <int TO, int TC>
__device__ __forceinline__ void of_weights(const Real* __restrict__ x, const Real* __restrict__ dy, double* parts,
                                           Slices slices, int blocks, int c_in, int c_out, int all_in, int all_out, int h,
                                           int w, int h_out, int w_out, int sh, int sw, int down, int across)
{
    const int lane = threadIdx.x, rows = blocks * h_out, end = bound(rows, slices.mine + 1, slices.count);
    Real sums[TO][TC];
    #pragma unroll
    for (int k = 0; k < TO; ++k)
        #pragma unroll
        for (int f = 0; f < TC; ++f) sums[k][f] = 0;
    for (int at = bound(rows, slices.mine, slices.count); at < end; ++at) {
        const int block = at / h_out, i = at % h_out, row = i * sh + down;
        if (row < 0 || row >= h) continue;
        const Real* upstream = dy + (block * all_out * h_out + i) * w_out * LANES + lane;
        const Real* image = x + (block * all_in * h + row) * w * LANES + lane;
        for (int j = 0; j < w_out; ++j) {
            const int column = j * sw + across;
            if (column < 0 || column >= w) continue;
            Real of_dy[TO], of_x[TC];
            #pragma unroll
            for (int k = 0; k < TO; ++k) of_dy[k] = k < c_out ? upstream[(k * h_out * w_out + j) * LANES] : Real(0);
            #pragma unroll
            for (int f = 0; f < TC; ++f) of_x[f] = f < c_in ? image[(f * h * w + column) * LANES] : Real(0);
            #pragma unroll
            for (int k = 0; k < TO; ++k)
                #pragma unroll
                for (int f = 0; f < TC; ++f) sums[k][f] += of_dy[k] * of_x[f];
        }
    }
    #pragma unroll
    for (int k = 0; k < TO; ++k)
        #pragma unroll
        for (int f = 0; f < TC; ++f) {
            const double sum = sum_of_lanes(sums[k][f]);
            if (lane == 0) parts[k * TC + f] = sum;
        }
}

// Sums of some channels over a slice of the pixels of all blocks.
__device__ __forceinline__ void of_bias(const Real* __restrict__ summed, double* parts, Slices slices, int blocks, int first,
                                        int channels, int pixels)
{
    const int end = bound(blocks * pixels, slices.mine + 1, slices.count);
    Real sums[CHANNELS] = {};
    for (int at = bound(blocks * pixels, slices.mine, slices.count); at < end; ++at)
        #pragma unroll
        for (int k = 0; k < CHANNELS; ++k)
            if (first + k < channels)
                sums[k] += summed[((at / pixels * channels + first + k) * pixels + at % pixels) * LANES + threadIdx.x];
    #pragma unroll
    for (int k = 0; k < CHANNELS; ++k) {
        const double sum = sum_of_lanes(sums[k]);
        if (threadIdx.x == 0) parts[k] = sum;
    }
}

// parts [tiles][taps][slices][TO TC], then [tiles of the bias][slices][CHANNELS]; counters: one for each tile and tap
template <int TO, int TC>
__global__ void weight_grad(const Real* __restrict__ x, const Real* __restrict__ dy, const Real* __restrict__ summed,
                            double* parts, int* counters, Real* __restrict__ out, Real* __restrict__ out_b, int blocks,
                            int groups, int c_in, int c_out, int h, int w, int h_out, int w_out, int kh, int kw, int sh,
                            int sw, int dh, int dw, int top, int left, int channels, int pixels, int slices)
{
    const int across = (c_in + TC - 1) / TC, down = (c_out + TO - 1) / TO, tiles = groups * down * across;
    const int tile = blockIdx.x, tap = blockIdx.y, taps = kh * kw, p = tap / kw, q = tap % kw;
    const int group = tile / (across * down), o0 = tile / across % down * TO, c0 = tile % across * TC;
    const bool bias = tile >= tiles;
    if (bias && tap > 0) return;
    const int size = bias ? CHANNELS : TO * TC, first = (tile - tiles) * CHANNELS;
    double* own = parts + (bias ? tiles * taps * slices * TO * TC + first * slices : (tile * taps + tap) * slices * TO * TC);
    const Slices mine{int(blockIdx.z * blockDim.y + threadIdx.y), slices};
    if (mine.mine < slices && bias)
        of_bias(summed, own + mine.mine * size, mine, blocks, first, channels, pixels);
    else if (mine.mine < slices)
        of_weights<TO, TC>(x + (group * c_in + c0) * h * w * LANES, dy + (group * c_out + o0) * h_out * w_out * LANES,
                           own + mine.mine * size, mine, blocks, c_in - c0, c_out - o0, groups * c_in, groups * c_out, h,
                           w, h_out, w_out, sh, sw, p * dh - top, q * dw - left);
    if (!comes_last(counters + tile * taps + tap, gridDim.z)) return;
    for (int e = threadIdx.y * LANES + threadIdx.x; e < size; e += blockDim.y * LANES) {
        double sum = 0;
        for (int slice = 0; slice < slices; ++slice) sum += fresh(own + slice * size + e);
        if (bias && first + e < channels) out_b[first + e] = Real(sum);
        if (!bias && o0 + e / TC < c_out && c0 + e % TC < c_in)
            out[((group * c_out + o0 + e / TC) * c_in + c0 + e % TC) * taps + tap] = Real(sum);
    }
}
