// Convolution and its input gradient, which is a transposed convolution's forward. (Linear is a kernel of 1 x 1.)
//
//   a warp     32 samples; TO channels of TP pixels in a row: TO x TP sums a lane, in registers
//   a block    several such warps (threadIdx.y); weights of some channels in shared memory, read by all lanes at once
//              where there are few pixels, several warps (threadIdx.z) share the channels that are summed
//
// What lies outside of the image is left out by bounds that are the same for all lanes.
#include "common.cuh"

// Weights of a tile's channels (first and on, of `count`, apart by `step`) and of the channels that are summed next (start
// and on, `here` of them, apart by `stride`), into shared memory as [here][TAPS][TO]; 0 beyond the last.
template <int TAPS, int TO>
__device__ __forceinline__ void fetch(const Real* __restrict__ W, Real* weights, int first, int count, int step, int start,
                                      int here, int stride)
{
    const int warp = threadIdx.z * blockDim.y + threadIdx.y, threads = blockDim.z * blockDim.y * LANES;
    for (int e = warp * LANES + threadIdx.x; e < here * TAPS * TO; e += threads) {
        const int k = first + e % TO, tap = e / TO % TAPS, f = start + e / TO / TAPS;
        weights[e] = k < count ? W[k * step + f * stride + tap] : Real(0);
    }
}

// The sums of a tile's warps into those of the first of them: half of the warps hand theirs to the other half, and again.
template <int TO, int TP> __device__ __forceinline__ void join(Real (&sums)[TO][TP], Real* room)
{
    for (int half = blockDim.z / 2; half > 0; half /= 2) {
        Real* mine = room + (threadIdx.z % half * blockDim.y + threadIdx.y) * TO * TP * LANES + threadIdx.x;
        const bool hands = threadIdx.z >= half && threadIdx.z < 2 * half;
        #pragma unroll
        for (int k = 0; k < TO * TP; ++k)
            if (hands) mine[k * LANES] = sums[k / TP][k % TP];
        __syncthreads();
        #pragma unroll
        for (int k = 0; k < TO * TP; ++k)
            if (threadIdx.z < half) sums[k / TP][k % TP] += mine[k * LANES];
        __syncthreads();
    }
}

// y[o, i, j] = b[o] + sum over c, p, q of W[o, c, p, q] x[c, i SH + p DH - top, j SW + q DW - left]
template <int KH, int KW, int SH, int SW, int DH, int DW, int TO, int TP>
__global__ void conv(const Real* __restrict__ x, const Real* __restrict__ W, const Real* __restrict__ b, Real* __restrict__ y,
                     STORE_ARGUMENTS, int groups, int c_in, int c_out, int h, int w, int h_out, int w_out, int top, int left,
                     int chunk)
{
    extern __shared__ Real weights[];    // [chunk][KH KW][TO], then room for sums
    constexpr int TAPS = KH * KW, SPAN = (TP - 1) * SW + (KW - 1) * DW + 1;
    const int lane = threadIdx.x;
    const int tiles = (c_out + TO - 1) / TO, group = blockIdx.y / tiles, first = blockIdx.y % tiles * TO;
    const int segments = (w_out + TP - 1) / TP, segment = blockIdx.x * blockDim.y + threadIdx.y;
    const int i = segment / segments, j = segment % segments * TP, block = blockIdx.z;
    const bool mine = i < h_out, has_b = b != nullptr && threadIdx.z == 0;
    Real sums[TO][TP];
    #pragma unroll
    for (int k = 0; k < TO; ++k)
        #pragma unroll
        for (int t = 0; t < TP; ++t) sums[k][t] = has_b && first + k < c_out ? b[group * c_out + first + k] : Real(0);
    for (int start = 0; start < c_in; start += chunk) {
        const int here = min(chunk, c_in - start);
        fetch<TAPS, TO>(W + group * c_out * c_in * TAPS, weights, first, c_out, c_in * TAPS, start, here, TAPS);
        __syncthreads();
        for (int f = threadIdx.z; mine && f < here; f += blockDim.z) {
            const Real* image = x + ((block * groups + group) * c_in + start + f) * h * w * LANES + lane;
            #pragma unroll (KH * KW > 16 ? 1 : KH)
            for (int p = 0; p < KH; ++p) {
                const int row = i * SH + p * DH - top;
                if (row < 0 || row >= h) continue;
                Real seen[SPAN];
                #pragma unroll
                for (int s = 0; s < SPAN; ++s) {
                    const int column = j * SW + s - left;
                    seen[s] = column >= 0 && column < w ? image[(row * w + column) * LANES] : Real(0);
                }
                const Real* taps = weights + (f * TAPS + p * KW) * TO;
                #pragma unroll
                for (int q = 0; q < KW; ++q)
                    #pragma unroll
                    for (int k = 0; k < TO; ++k)
                        #pragma unroll
                        for (int t = 0; t < TP; ++t) sums[k][t] += seen[t * SW + q * DW] * taps[q * TO + k];
            }
        }
        __syncthreads();
    }
    join(sums, weights);
    #pragma unroll
    for (int k = 0; k < TO; ++k)
        #pragma unroll
        for (int t = 0; t < TP; ++t)
            if (mine && threadIdx.z == 0 && first + k < c_out && j + t < w_out) {
                const int e = ((((block * groups + group) * c_out + first + k) * h_out + i) * w_out + j + t) * LANES + lane;
                y[e] = stored(STORE, sums[k][t], e);
            }
}

// dx[c, i, j] = b[c] + sum over o, p, q of W[o, c, p, q] dy[o, (i + top - p DH) / SH, (j + left - q DW) / SW], where those
// are whole. A warp's pixels stand SW apart, so that the same taps meet all of them.
template <int KH, int KW, int SH, int SW, int DH, int DW, int TO, int TP>
__global__ void conv_input_grad(const Real* __restrict__ dy, const Real* __restrict__ W, const Real* __restrict__ b,
                                Real* __restrict__ dx, STORE_ARGUMENTS, int groups, int c_in, int c_out, int h, int w,
                                int h_out, int w_out, int top, int left, int chunk)
{
    extern __shared__ Real weights[];    // [chunk][KH KW][TO], then room for sums
    constexpr int TAPS = KH * KW;
    const int lane = threadIdx.x;
    const int tiles = (c_in + TO - 1) / TO, group = blockIdx.y / tiles, first = blockIdx.y % tiles * TO;
    const int runs = ((w + SW - 1) / SW + TP - 1) / TP, segment = blockIdx.x * blockDim.y + threadIdx.y;
    const int i = segment / (SW * runs), phase = segment / runs % SW, j = phase + segment % runs * TP * SW;
    const int block = blockIdx.z;
    const bool mine = i < h && j < w, has_b = b != nullptr && threadIdx.z == 0;
    Real sums[TO][TP];
    #pragma unroll
    for (int k = 0; k < TO; ++k)
        #pragma unroll
        for (int t = 0; t < TP; ++t) sums[k][t] = has_b && first + k < c_in ? b[group * c_in + first + k] : Real(0);
    for (int start = 0; start < c_out; start += chunk) {
        const int here = min(chunk, c_out - start);
        fetch<TAPS, TO>(W + group * c_out * c_in * TAPS, weights, first, c_in, TAPS, start, here, c_in * TAPS);
        __syncthreads();
        for (int f = threadIdx.z; mine && f < here; f += blockDim.z) {
            const Real* image = dy + ((block * groups + group) * c_out + start + f) * h_out * w_out * LANES + lane;
            #pragma unroll (KH * KW > 9 ? 1 : KH)
            for (int p = 0; p < KH; ++p) {
                const int down = i + top - p * DH;
                if (down < 0 || down % SH != 0 || down / SH >= h_out) continue;
                #pragma unroll
                for (int q = 0; q < KW; ++q) {
                    const int across = j + left - q * DW;    // below 0 it may still meet pixels further on
                    if ((across + KW * DW * SW) % SW != 0) continue;
                    const int column = (across + KW * DW * SW) / SW - KW * DW;
                    const Real* taps = weights + (f * TAPS + p * KW + q) * TO;
                    #pragma unroll
                    for (int t = 0; t < TP; ++t) {
                        if (column + t < 0 || column + t >= w_out) continue;
                        const Real seen = image[(down / SH * w_out + column + t) * LANES];
                        #pragma unroll
                        for (int k = 0; k < TO; ++k) sums[k][t] += seen * taps[k];
                    }
                }
            }
        }
        __syncthreads();
    }
    join(sums, weights);
    #pragma unroll
    for (int k = 0; k < TO; ++k)
        #pragma unroll
        for (int t = 0; t < TP; ++t)
            if (mine && threadIdx.z == 0 && first + k < c_in && j + t * SW < w) {
                const int e = ((((block * groups + group) * c_in + first + k) * h + i) * w + j + t * SW) * LANES + lane;
                dx[e] = stored(STORE, sums[k][t], e);
            }
}
