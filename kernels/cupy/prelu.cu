// PReLU: x or W x, one W for all channels or one each.
#include "common.cuh"

extern "C" __global__ void forward(const Real* __restrict__ x, const Real* __restrict__ W, Real* y, int each, int c,
                                   int pixels, int size)
{
    const int e = place();
    if (e < size) y[e] = x[e] > 0 ? x[e] : W[each ? e / LANES / pixels % c : 0] * x[e];
}

extern "C" __global__ void input_grad(const Real* __restrict__ dy, const Real* __restrict__ x, const Real* __restrict__ W,
                                      Real* dx, int each, int c, int pixels, int size)
{
    const int e = place();
    if (e < size) dx[e] = x[e] > 0 ? dy[e] : W[each ? e / LANES / pixels % c : 0] * dy[e];
}

// sum of dy min(x, 0): a block of threads a channel, or one for all of them
extern "C" __global__ void weight_grad(const Real* __restrict__ x, const Real* __restrict__ dy, Real* out, int c,
                                       int pixels, int size)
{
    __shared__ double sums[32];
    double sum = 0;
    for (int e = threadIdx.x; e < size; e += blockDim.x)
        if ((gridDim.x == 1 || e / LANES / pixels % c == blockIdx.x) && !(x[e] >= 0)) sum += double(dy[e]) * double(x[e]);
    sum = block_sum(sum, sums);
    if (threadIdx.x == 0) out[blockIdx.x] = Real(sum);
}
