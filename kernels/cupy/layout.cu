// Into blocks of 32 samples, out of them, and through a mask. Spare lanes are 0.
#include "common.cuh"

extern "C" __global__ void enter(const Real* __restrict__ x, Real* __restrict__ y, int n, int numbers, int size)
{
    const int e = place();
    if (e >= size) return;
    const int sample = sample_of(e, numbers);
    y[e] = sample < n ? x[sample * numbers + e / LANES % numbers] : Real(0);
}

template <class Pixel>
__global__ void gather(const Pixel* __restrict__ images, const long long* __restrict__ index, Real whole,
                       Real* __restrict__ y, int n, int numbers, int size)
{
    const int e = place();
    if (e >= size) return;
    const int sample = sample_of(e, numbers);
    y[e] = sample < n ? Real(images[index[sample] * numbers + e / LANES % numbers]) / whole : Real(0);
}

extern "C" __global__ void leave(const Real* __restrict__ x, Real* __restrict__ y, int numbers, int size)
{
    const int e = place();    // a number of y
    if (e >= size) return;
    const int sample = e / numbers;
    y[e] = x[(sample / LANES * numbers + e % numbers) * LANES + sample % LANES];
}

// kept is 1 / (1 - p) where u >= p, u of people's samples
extern "C" __global__ void dropout_mask(const float* __restrict__ u, float p, Real kept, Real* __restrict__ y, int n,
                                        int numbers, int size)
{
    const int e = place();
    if (e >= size) return;
    const int sample = sample_of(e, numbers);
    y[e] = sample < n && u[sample * numbers + e / LANES % numbers] >= p ? kept : Real(0);
}

extern "C" __global__ void multiply(const Real* __restrict__ x, const Real* __restrict__ mask, Real* __restrict__ y,
                                    int size)
{
    const int e = place();
    if (e < size) y[e] = x[e] * mask[e];
}
