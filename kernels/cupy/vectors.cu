// Flat vectors: Adam's step, lengths of pieces, dot products.
#include "common.cuh"

extern "C" __global__ void adam(Real* theta, const Real* __restrict__ grad, Real* m, Real* v, Real step, Real correction,
                                Real beta1, Real beta2, Real eps, Real decay, Real shrink, int size)
{
    const int i = place();
    if (i >= size) return;
    const Real g = grad[i] + decay * theta[i];
    m[i] = beta1 * m[i] + (1 - beta1) * g;
    v[i] = beta2 * v[i] + (1 - beta2) * g * g;
    theta[i] = theta[i] * shrink - step * m[i] / (sqrt(v[i] * correction) + eps);
}

// |vector[bounds[k]:bounds[k + 1]]|, a block of threads a piece
extern "C" __global__ void norms(const Real* __restrict__ vector, const long long* __restrict__ bounds, double* out)
{
    __shared__ double sums[32];
    double sum = 0;
    for (long long i = bounds[blockIdx.x] + threadIdx.x; i < bounds[blockIdx.x + 1]; i += blockDim.x)
        sum += double(vector[i]) * double(vector[i]);
    sum = block_sum(sum, sums);
    if (threadIdx.x == 0) out[blockIdx.x] = sqrt(sum);
}

extern "C" __global__ void products(const Real* __restrict__ a, const Real* __restrict__ b, SUM_ARGUMENTS, int size)
{
    double sum = 0;
    for (int i = place(); i < size; i += gridDim.x * blockDim.x) sum += double(a[i]) * double(b[i]);
    grid_sum(sum, SUM);
}

extern "C" __global__ void accumulate(const double* __restrict__ value, double* out) { *out += *value; }
