// Pooling: a thread a number of y on the way up, of x on the way down, where it asks every window that holds it.
#include "common.cuh"

#define WINDOW int c, int h, int w, int h_out, int w_out, int kh, int kw, int sh, int sw, int top, int left
#define UP const int e = place(); if (e >= size) return; \
    const int j = e / LANES % w_out, i = e / LANES / w_out % h_out, image = e / LANES / w_out / h_out, lane = e % LANES
#define DOWN const int e = place(); if (e >= size) return; \
    const int j = e / LANES % w, i = e / LANES / w % h, image = e / LANES / w / h, lane = e % LANES

// The largest, the first of equals; nan counts as larger than all. index: the tap it came from.
extern "C" __global__ void largest(const Real* __restrict__ x, Real* y, int* index, WINDOW, int size)
{
    UP;
    Real best = -INFINITE;
    int at = -1;
    for (int p = 0; p < kh; ++p)
        for (int q = 0; q < kw; ++q) {
            const int r = i * sh + p - top, s = j * sw + q - left;
            if (r < 0 || r >= h || s < 0 || s >= w) continue;
            const Real v = x[((image * h + r) * w + s) * LANES + lane];
            if (v > best || v != v) best = v, at = p * kw + q;
        }
    y[e] = best;
    index[e] = at;
}

extern "C" __global__ void to_the_largest(const Real* __restrict__ dy, const int* __restrict__ index, Real* dx, WINDOW,
                                          int size)
{
    DOWN;
    Real sum = 0;
    for (int p = 0; p < kh; ++p)
        for (int q = 0; q < kw; ++q) {
            const int down = i + top - p, across = j + left - q;
            if (down < 0 || across < 0 || down % sh || across % sw || down / sh >= h_out || across / sw >= w_out) continue;
            const int from = ((image * h_out + down / sh) * w_out + across / sw) * LANES + lane;
            if (index[from] == p * kw + q) sum += dy[from];
        }
    dx[e] = sum;
}

// share: of each window, (h_out, w_out)
extern "C" __global__ void mean(const Real* __restrict__ x, const Real* __restrict__ share, Real* y, WINDOW, int size)
{
    UP;
    Real sum = 0;
    for (int p = 0; p < kh; ++p)
        for (int q = 0; q < kw; ++q) {
            const int r = i * sh + p - top, s = j * sw + q - left;
            if (r >= 0 && r < h && s >= 0 && s < w) sum += x[((image * h + r) * w + s) * LANES + lane];
        }
    y[e] = sum * share[i * w_out + j];
}

extern "C" __global__ void to_all(const Real* __restrict__ dy, const Real* __restrict__ share, Real* dx, WINDOW,
                                  int size)
{
    DOWN;
    Real sum = 0;
    for (int p = 0; p < kh; ++p)
        for (int q = 0; q < kw; ++q) {
            const int down = i + top - p, across = j + left - q;
            if (down < 0 || across < 0 || down % sh || across % sw || down / sh >= h_out || across / sw >= w_out) continue;
            const int window = down / sh * w_out + across / sw;
            sum += dy[(image * h_out * w_out + window) * LANES + lane] * share[window];
        }
    dx[e] = sum;
}

// Y = A X B' of every image, by two small matrices; element (r, i) of A is A[r * a_row + i * a_column]. What they leave
// out is not read.
extern "C" __global__ void enlarge(const Real* __restrict__ x, const Real* __restrict__ A, const Real* __restrict__ B,
                                   Real* y, int h, int w, int h_out, int w_out, int a_row, int a_column, int b_row,
                                   int b_column, int size)
{
    UP;
    Real sum = 0;
    for (int r = 0; r < h; ++r) {
        const Real a = A[i * a_row + r * a_column];
        if (a == 0) continue;
        Real row = 0;
        for (int s = 0; s < w; ++s) {
            const Real b = B[j * b_row + s * b_column];
            if (b != 0) row += b * x[((image * h + r) * w + s) * LANES + lane];
        }
        sum += a * row;
    }
    y[e] = sum;
}
