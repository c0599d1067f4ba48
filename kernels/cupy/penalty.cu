// Penalties on what passes: the sum of |x|, and the divergence of N(mu, sigma^2) from N(0, 1). And a draw from the latter.
#include "common.cuh"

extern "C" __global__ void absolute(const Real* __restrict__ x, SUM_ARGUMENTS, int n, int numbers, int size)
{
    double sum = 0;
    for (int e = place(); e < size; e += gridDim.x * blockDim.x)
        if (sample_of(e, numbers) < n) sum += fabs(double(x[e]));
    grid_sum(sum, SUM);
}

extern "C" __global__ void absolute_input_grad(const Real* __restrict__ dy, const Real* __restrict__ x, Real scale,
                                               Real* dx, int n, int numbers, int size)
{
    const int e = place();
    if (e >= size) return;
    const Real sign = x[e] > 0 ? Real(1) : x[e] < 0 ? Real(-1) : Real(0);
    dx[e] = sample_of(e, numbers) < n ? dy[e] + sign * scale : Real(0);
}

// e is a number of z; a sample of x has `half` means, then as many spreads
#define HALVES const int mu_at = (e / LANES / half * 2 * half + e / LANES % half) * LANES + e % LANES, \
    s_at = mu_at + half * LANES

extern "C" __global__ void divergence(const Real* __restrict__ x, int variance, SUM_ARGUMENTS, int n, int half, int size)
{
    double sum = 0;
    for (int e = place(); e < size; e += gridDim.x * blockDim.x) {
        if (sample_of(e, half) >= n) continue;
        HALVES;
        const double mu = x[mu_at], s = x[s_at];
        const double spread = !variance ? exp(s) - s : s > 0 ? s - log(s) : double(INFINITE);
        sum += mu * mu + spread - 1;
    }
    grid_sum(sum, SUM);
}

extern "C" __global__ void divergence_input_grad(const Real* __restrict__ dy, const Real* __restrict__ x, int variance,
                                                 Real scale, Real* dx, int n, int half, int size)
{
    const int e = place();
    if (e >= size) return;
    HALVES;
    const Real s = x[s_at], of_s = !variance ? exp(s) - Real(1) : s > 0 ? Real(1) - Real(1) / s : Real(0);
    const bool real = sample_of(e, half) < n;
    dx[mu_at] = real ? dy[mu_at] + x[mu_at] * scale : Real(0);
    dx[s_at] = real ? dy[s_at] + of_s * (scale / 2) : Real(0);
}

__device__ __forceinline__ Real deviation(Real s, int variance) { return !variance ? exp(s / 2) : s > 0 ? sqrt(s) : Real(0); }

// z = mu + sigma noise, or mu where nothing was drawn
extern "C" __global__ void sample(const Real* __restrict__ x, const Real* __restrict__ noise, int variance, int drawn,
                                  Real* z, int half, int size)
{
    const int e = place();
    if (e >= size) return;
    HALVES;
    z[e] = drawn ? x[mu_at] + deviation(x[s_at], variance) * noise[e] : x[mu_at];
}

extern "C" __global__ void sample_input_grad(const Real* __restrict__ dz, const Real* __restrict__ x,
                                             const Real* __restrict__ noise, int variance, int drawn, Real* dx, int half,
                                             int size)
{
    const int e = place();
    if (e >= size) return;
    HALVES;
    const Real sigma = deviation(x[s_at], variance), slope = !variance ? sigma : sigma > 0 ? Real(1) / sigma : Real(0);
    dx[mu_at] = dz[e];
    dx[s_at] = drawn ? slope * dz[e] * noise[e] / 2 : Real(0);
}
