// Softmax over channels, and cross-entropy after it: a thread a sample and pixel.
#include "common.cuh"

__device__ __forceinline__ int start_of(int e, int c, int pixels)
{
    return (e / LANES / pixels * c * pixels + e / LANES % pixels) * LANES + e % LANES;
}
#define COLUMN const int e = place(); if (e >= size) return; \
    const int start = start_of(e, c, pixels), step = pixels * LANES

extern "C" __global__ void forward(const Real* __restrict__ x, Real* y, int c, int pixels, int size)
{
    COLUMN;
    Real top = x[start], sum = 0;
    for (int k = 1; k < c; ++k) top = !(x[start + k * step] <= top) ? x[start + k * step] : top;
    for (int k = 0; k < c; ++k) sum += y[start + k * step] = exp(x[start + k * step] - top);
    for (int k = 0; k < c; ++k) y[start + k * step] /= sum;
}

extern "C" __global__ void input_grad(const Real* __restrict__ dy, const Real* __restrict__ y, Real* dx, int c, int pixels,
                                      int size)
{
    COLUMN;
    Real inner = 0;
    for (int k = 0; k < c; ++k) inner += dy[start + k * step] * y[start + k * step];
    for (int k = 0; k < c; ++k) dx[start + k * step] = (dy[start + k * step] - inner) * y[start + k * step];
}

// The term of a label, log(sum of exp) - y[label], and scale (softmax - one at the label); of spare lanes 0 and 0.
__device__ __forceinline__ double term(const Real* __restrict__ y, const long long* __restrict__ labels, Real scale, Real* dy,
                                       const Store& store, int n, int c, int pixels, int e)
{
    const int start = start_of(e, c, pixels), step = pixels * LANES, sample = sample_of(e, pixels);
    if (sample >= n) {
        for (int k = 0; k < c; ++k) dy[start + k * step] = 0;
        return 0;
    }
    const int label = int(labels[sample * pixels + e / LANES % pixels]);
    Real top = y[start], sum = 0;
    for (int k = 1; k < c; ++k) top = !(y[start + k * step] <= top) ? y[start + k * step] : top;
    for (int k = 0; k < c; ++k) sum += exp(y[start + k * step] - top);
    const double found = double(log(sum)) - (double(y[start + label * step]) - double(top));
    for (int k = 0; k < c; ++k) {
        const int i = start + k * step;
        dy[i] = stored(store, scale * (exp(y[i] - top) / sum - (k == label ? Real(1) : Real(0))), i);
    }
    return found;
}

extern "C" __global__ void cross_entropy(const Real* __restrict__ y, const long long* __restrict__ labels, Real scale,
                                         Real* dy, SUM_ARGUMENTS, STORE_ARGUMENTS, int n, int c, int pixels, int size)
{
    double sum = 0;
    for (int e = place(); e < size; e += gridDim.x * blockDim.x)
        sum += term(y, labels, scale, dy, STORE, n, c, pixels, e);
    grid_sum(sum, SUM);
}
