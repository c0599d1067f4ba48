// What all kernels share. Real is float or double. A sample (c, h, w) lies as (c, h, w, 32) in its block of 32 samples, so
// that a warp is a block: its lanes read 32 neighbouring numbers, and ask the same of every sample.
//
//   number e of an array whose samples have `numbers` each:   lane e % 32, number e / 32 % numbers, block e / 32 / numbers
#define LANES 32
#define EVERY_LANE 0xffffffffu
#define INFINITE __int_as_float(0x7f800000)    // no header is at hand where kernels are compiled

__device__ __forceinline__ int place() { return blockIdx.x * blockDim.x + threadIdx.x; }
__device__ __forceinline__ int sample_of(int e, int numbers) { return e / LANES / numbers * LANES + e % LANES; }

enum Activation { NONE, RELU, LEAKY_RELU, SIGMOID, TANH, SOFTPLUS, ELU };

__device__ __forceinline__ Real logistic(Real z) { return Real(1) / (Real(1) + exp(-z)); }

__device__ __forceinline__ Real activated(int name, Real a, Real x)
{
    switch (name) {
        case RELU: return x <= 0 ? Real(0) : x;
        case LEAKY_RELU: return x > 0 ? x : a * x;
        case SIGMOID: return logistic(x);
        case TANH: return tanh(x);
        case SOFTPLUS: { const Real z = a * x; return ((z > 0 ? z : Real(0)) + log1p(exp(-fabs(z)))) / a; }
        case ELU: return x > 0 ? x : a * expm1(x);
        default: return x;
    }
}

// dy times the derivative where the activation's output was y
__device__ __forceinline__ Real derived(int name, Real a, Real dy, Real y)
{
    switch (name) {
        case RELU: return y <= 0 ? Real(0) : dy;
        case LEAKY_RELU: return y > 0 ? dy : a * dy;
        case SIGMOID: return dy * (y * (Real(1) - y));
        case TANH: return dy * (Real(1) - y * y);
        case SOFTPLUS: return dy * -expm1(-a * y);
        case ELU: return y > 0 ? dy : dy * (y + a);
        default: return dy;
    }
}

// A result goes out as it is, through an activation (at is null), or times the derivative where its output was at[e].
struct Store { int name; Real a; const Real* at; };
#define STORE_ARGUMENTS int store_name, Real store_a, const Real* __restrict__ store_at
#define STORE Store{store_name, store_a, store_at}

__device__ __forceinline__ Real stored(const Store& s, Real v, int e)
{
    return s.name == NONE ? v : s.at == nullptr ? activated(s.name, s.a, v) : derived(s.name, s.a, v, s.at[e]);
}

// Is this the last of `count` blocks of threads to come here? They count by one number, which is 0 before and after. The
// last may read what the others stored before, by `fresh`.
__device__ __forceinline__ bool comes_last(int* counter, int count)
{
    __shared__ bool last;
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0 && threadIdx.y == 0) {
        last = atomicAdd(counter, 1) == count - 1;
        if (last) *counter = 0;
        __threadfence();
    }
    __syncthreads();
    return last;
}

// not what this multiprocessor may have kept of it
template <class Value> __device__ __forceinline__ Value fresh(const Value* at) { return __ldcg(at); }

// The sum of v over the threads of a block, in one order, for thread 0; sums has a place for each warp.
template <class Value> __device__ __forceinline__ Value block_sum(Value v, Value* sums)
{
    for (int by = LANES / 2; by > 0; by /= 2) v += __shfl_down_sync(EVERY_LANE, v, by);
    if (threadIdx.x % LANES == 0) sums[threadIdx.x / LANES] = v;
    __syncthreads();
    v = 0;
    if (threadIdx.x == 0)
        for (int warp = 0; warp < blockDim.x / LANES; ++warp) v += sums[warp];
    __syncthreads();
    return v;
}

// value = scale times the sum of v over all threads of the grid: a part each block of threads, which the last one adds up
// in one order, so that the same numbers give the same bits.
__device__ __forceinline__ void grid_sum(double v, double* parts, int* counter, double scale, double* value)
{
    __shared__ double sums[32];
    v = block_sum(v, sums);
    if (threadIdx.x == 0) parts[blockIdx.x] = v;
    if (!comes_last(counter, gridDim.x)) return;
    v = 0;
    for (int k = threadIdx.x; k < gridDim.x; k += blockDim.x) v += fresh(parts + k);
    v = block_sum(v, sums);
    if (threadIdx.x == 0) *value = v * scale;
}
#define SUM_ARGUMENTS double *parts, int *counter, double whole, double *value
#define SUM parts, counter, whole, value
