// Group norm: a thread a sample and group; its numbers stand 32 apart, so that lanes read side by side.
#include "common.cuh"

extern "C" __global__ void forward(const Real* __restrict__ x, Real eps, const Real* __restrict__ W,
                                   const Real* __restrict__ b, Real* x_hat, Real* inv_std, Real* y, int groups,
                                   int numbers, int pixels, int size)
{
    const int e = place();    // (block, group, lane); numbers: of a group
    if (e >= size) return;
    const int start = e / LANES * numbers * LANES + e % LANES, first = e / LANES % groups * (numbers / pixels);
    double sum = 0, squares = 0;
    for (int k = 0; k < numbers; ++k) sum += x[start + k * LANES];
    const double mean = sum / numbers;
    for (int k = 0; k < numbers; ++k) squares += (x[start + k * LANES] - mean) * (x[start + k * LANES] - mean);
    const Real inverse = Real(1 / sqrt(squares / numbers + double(eps)));
    inv_std[e] = inverse;
    for (int k = 0; k < numbers; ++k) {
        const int i = start + k * LANES, c = first + k / pixels;
        x_hat[i] = (x[i] - Real(mean)) * inverse;
        y[i] = x_hat[i] * W[c] + b[c];
    }
}

extern "C" __global__ void input_grad(const Real* __restrict__ dy, const Real* __restrict__ x_hat,
                                      const Real* __restrict__ inv_std, const Real* __restrict__ W, Real* dx, int groups,
                                      int numbers, int pixels, int size)
{
    const int e = place();
    if (e >= size) return;
    const int start = e / LANES * numbers * LANES + e % LANES, first = e / LANES % groups * (numbers / pixels);
    double sum = 0, products = 0;
    for (int k = 0; k < numbers; ++k) {
        const double v = dy[start + k * LANES] * W[first + k / pixels];
        sum += v, products += v * x_hat[start + k * LANES];
    }
    for (int k = 0; k < numbers; ++k) {
        const int i = start + k * LANES;
        dx[i] = (dy[i] * W[first + k / pixels] - Real(sum / numbers) - x_hat[i] * Real(products / numbers)) * inv_std[e];
    }
}
