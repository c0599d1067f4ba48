// Batch norm, and sums of a channel: a block of threads a channel, its numbers in one order.
#include "common.cuh"

#define CHANNEL_LOOP(e, i) for (int e = threadIdx.x, i; e < blocks * pixels * LANES; e += blockDim.x) \
    if (i = (e / LANES / pixels * gridDim.x + blockIdx.x) * pixels * LANES + e % (pixels * LANES), true)

__device__ __forceinline__ bool real_sample(int e, int pixels, int n) { return sample_of(e, pixels) < n; }

// sum of dy, and of dy x_hat
extern "C" __global__ void channel_sums(const Real* __restrict__ dy, const Real* __restrict__ x_hat, Real* sum_dy,
                                        Real* sum_products, int blocks, int pixels)
{
    __shared__ double sums[32];
    double a = 0, b = 0;
    CHANNEL_LOOP(e, i) {
        a += dy[i];
        b += double(dy[i]) * double(x_hat[i]);
    }
    a = block_sum(a, sums);
    b = block_sum(b, sums);
    if (threadIdx.x != 0) return;
    sum_dy[blockIdx.x] = Real(a);
    sum_products[blockIdx.x] = Real(b);
}

// the mean of true samples, then their mean squared distance from it
extern "C" __global__ void statistics(const Real* __restrict__ x, Real* mean, Real* var, int n, int blocks, int pixels)
{
    __shared__ double sums[32], centre;
    double a = 0, b = 0;
    CHANNEL_LOOP(e, i) if (real_sample(e, pixels, n)) a += x[i];
    a = block_sum(a, sums);
    if (threadIdx.x == 0) centre = a / (double(n) * pixels);
    __syncthreads();
    CHANNEL_LOOP(e, i) if (real_sample(e, pixels, n)) b += (x[i] - centre) * (x[i] - centre);
    b = block_sum(b, sums);
    if (threadIdx.x != 0) return;
    mean[blockIdx.x] = Real(centre);
    var[blockIdx.x] = Real(b / (double(n) * pixels));
}

// x_hat = (x - mean) / sqrt(var + eps), and y; a channel's first number keeps the inverse root for backward
extern "C" __global__ void normalise(const Real* __restrict__ x, const Real* __restrict__ mean,
                                     const Real* __restrict__ var, Real eps, const Real* __restrict__ W,
                                     const Real* __restrict__ b, Real* x_hat, Real* inv_std, Real* y, STORE_ARGUMENTS,
                                     int c, int pixels, int size)
{
    const int e = place();
    if (e >= size) return;
    const int k = e / LANES / pixels % c;
    const Real inverse = Real(1) / sqrt(var[k] + eps);
    if (e == k * pixels * LANES) inv_std[k] = inverse;
    x_hat[e] = (x[e] - mean[k]) * inverse;
    y[e] = stored(STORE, x_hat[e] * W[k] + b[k], e);
}

// dx = W inv_std (dy - mean(dy) - x_hat mean(dy x_hat)); share is 1 / (numbers of a channel), 0 for fixed statistics
extern "C" __global__ void input_grad(const Real* __restrict__ dy, const Real* __restrict__ x_hat,
                                      const Real* __restrict__ inv_std, const Real* __restrict__ W,
                                      const Real* __restrict__ sum_dy, const Real* __restrict__ sum_products, Real share,
                                      Real* dx, STORE_ARGUMENTS, int n, int c, int pixels, int size)
{
    const int e = place();
    if (e >= size) return;
    const int k = e / LANES / pixels % c;
    const Real centred = share == 0 ? dy[e] : dy[e] - (sum_dy[k] + x_hat[e] * sum_products[k]) * share;
    dx[e] = sample_of(e, c * pixels) < n ? stored(STORE, centred * W[k] * inv_std[k], e) : Real(0);
}

extern "C" __global__ void commit(const Real* __restrict__ mean, const Real* __restrict__ var, Real momentum, Real unbiased,
                                  Real* running_mean, Real* running_var, int c)
{
    const int i = place();
    if (i >= c) return;
    running_mean[i] = (1 - momentum) * running_mean[i] + momentum * mean[i];
    running_var[i] = (1 - momentum) * running_var[i] + momentum * unbiased * var[i];
}
