// Activations and steps, a number a thread; y may be the array that is read.
#include "common.cuh"

extern "C" __global__ void activation(const Real* x, Real* y, STORE_ARGUMENTS, int size)
{
    const int e = place();
    if (e < size) y[e] = stored(STORE, x[e], e);
}

extern "C" __global__ void step(const Real* x, Real* y, int size)
{
    const int e = place();
    if (e < size) y[e] = x[e] > 0 ? Real(1) : x[e] <= 0 ? Real(0) : x[e];
}

extern "C" __global__ void step_input_grad(const Real* dy, const Real* x, Real slope, Real* dx, int size)
{
    const int e = place();
    if (e >= size) return;
    const Real s = logistic(slope * x[e]);
    dx[e] = dy[e] * slope * (s * (Real(1) - s));
}

__device__ __forceinline__ Real held(Real u) { return u < 0 ? Real(0) : u > 1 ? Real(1) : u; }

extern "C" __global__ void smooth_step(const Real* x, const Real* eps, Real* y, int size)
{
    const int e = place();
    if (e >= size) return;
    const Real u = held(x[e] / eps[0]);
    y[e] = u * u * (Real(3) - Real(2) * u);
}

extern "C" __global__ void smooth_step_input_grad(const Real* dy, const Real* x, const Real* eps, Real* dx, int size)
{
    const int e = place();
    if (e >= size) return;
    const Real u = held(x[e] / eps[0]);
    dx[e] = dy[e] * (Real(6) * u * (Real(1) - u) / eps[0]);
}
