// dW[o, c, p, q] = sum over samples and pixels of dy[o, i, j] x[c, i sh + p dh - top, j sw + q dw - left], in two steps:
//
//   parts    a warp sums TO x TC weights of one tap over its slice of the rows; lanes, which are samples, at the end
//   total    the slices are added up in their order, so that the same numbers give the same bits
#include "common.cuh"

template <int TO, int TC>
__global__ void weight_grad(const Real* __restrict__ x, const Real* __restrict__ dy, double* __restrict__ parts, int blocks,
                            int groups, int c_in, int c_out, int h, int w, int h_out, int w_out, int kh, int kw, int sh,
                            int sw, int dh, int dw, int top, int left, int slices)
{
    const int lane = threadIdx.x, slice = blockIdx.z * blockDim.y + threadIdx.y;
    if (slice >= slices) return;
    const int across = (c_in + TC - 1) / TC, down = (c_out + TO - 1) / TO;
    const int group = blockIdx.x / (across * down), o0 = blockIdx.x / across % down * TO, c0 = blockIdx.x % across * TC;
    const int p = blockIdx.y / kw, q = blockIdx.y % kw;
    const int rows = blocks * h_out, begin = int((long long)rows * slice / slices);
    const int end = int((long long)rows * (slice + 1) / slices);
    Real sums[TO][TC];
    #pragma unroll
    for (int k = 0; k < TO; ++k)
        #pragma unroll
        for (int f = 0; f < TC; ++f) sums[k][f] = 0;
    for (int at = begin; at < end; ++at) {
        const int block = at / h_out, i = at % h_out, row = i * sh + p * dh - top;
        if (row < 0 || row >= h) continue;
        const Real* upstream = dy + (((block * groups + group) * c_out + o0) * h_out + i) * w_out * LANES + lane;
        const Real* image = x + (((block * groups + group) * c_in + c0) * h + row) * w * LANES + lane;
        for (int j = 0; j < w_out; ++j) {
            const int column = j * sw + q * dw - left;
            if (column < 0 || column >= w) continue;
            Real of_dy[TO], of_x[TC];
            #pragma unroll
            for (int k = 0; k < TO; ++k) of_dy[k] = o0 + k < c_out ? upstream[(k * h_out * w_out + j) * LANES] : Real(0);
            #pragma unroll
            for (int f = 0; f < TC; ++f) of_x[f] = c0 + f < c_in ? image[(f * h * w + column) * LANES] : Real(0);
            #pragma unroll
            for (int k = 0; k < TO; ++k)
                #pragma unroll
                for (int f = 0; f < TC; ++f) sums[k][f] += of_dy[k] * of_x[f];
        }
    }
    const int size = groups * c_out * c_in * kh * kw;
    #pragma unroll
    for (int k = 0; k < TO; ++k)
        #pragma unroll
        for (int f = 0; f < TC; ++f) {
            double sum = sums[k][f];
            for (int by = LANES / 2; by > 0; by /= 2) sum += __shfl_down_sync(EVERY_LANE, sum, by);
            if (lane == 0 && o0 + k < c_out && c0 + f < c_in)
                parts[slice * size + ((group * c_out + o0 + k) * c_in + c0 + f) * kh * kw + p * kw + q] = sum;
        }
}

extern "C" __global__ void total(const double* __restrict__ parts, Real* __restrict__ out, int slices, int size)
{
    const int e = place();
    if (e >= size) return;
    double sum = 0;
    for (int slice = 0; slice < slices; ++slice) sum += parts[slice * size + e];
    out[e] = Real(sum);
}
