// Losses: a term and its slope for each number, and the sum of the terms.
#include "common.cuh"

enum Loss { MSE, L1, BCE, BCE_WITH_LOGITS };
#define LEAST 3.72e-44         // exp(-100): the least probability that enters a logarithm
#define LEAST_SLOPE 1e-12      // the least y (1 - y) that divides a gradient

template <int NAME> __device__ __forceinline__ double term(Real y, Real t, Real& slope)
{
    const Real gap = y - t;
    if (NAME == MSE) { slope = gap + gap; return double(gap) * double(gap); }
    if (NAME == L1) { slope = gap > 0 ? Real(1) : gap < 0 ? Real(-1) : gap; return fabs(double(gap)); }
    if (NAME == BCE) {
        const double left = 1 - double(y), spread = double(y) * left;
        slope = Real(double(gap) / (spread > LEAST_SLOPE ? spread : LEAST_SLOPE));
        return -(t * log(fmax(double(y), LEAST)) + (1 - double(t)) * log(fmax(left, LEAST)));
    }
    slope = logistic(y) - t;
    return double(y > 0 ? y : Real(0)) + log1p(exp(-fabs(double(y)))) - double(y) * double(t);
}

template <int NAME>
__global__ void loss(const Real* __restrict__ y, const Real* __restrict__ target, Real scale, Real* dy, SUM_ARGUMENTS,
                     STORE_ARGUMENTS, int n, int numbers, int size)
{
    double sum = 0;
    for (int e = place(); e < size; e += gridDim.x * blockDim.x) {
        Real slope = 0;
        const bool real = sample_of(e, numbers) < n;
        if (real) sum += term<NAME>(y[e], target[e], slope);
        dy[e] = real ? stored(STORE, slope * scale, e) : Real(0);
    }
    grid_sum(sum, SUM);
}
