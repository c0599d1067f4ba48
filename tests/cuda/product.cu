// The emulator's own example: C = A B, a tile of C a block, tiles of A and B in shared memory.
#define TILE 16
#define EACH 2    // rows of C that a thread makes

extern "C" __global__ void __launch_bounds__(TILE * TILE / EACH)
product(const Real* __restrict__ A, const Real* __restrict__ B, Real* __restrict__ C, int rows, int inner, int columns)
{
    __shared__ Real As[TILE][TILE + 1], Bs[TILE][TILE];
    const int column = blockIdx.x * TILE + threadIdx.x, first = blockIdx.y * TILE;
    const int thread = threadIdx.y * TILE + threadIdx.x;
    Real sums[EACH];
    for (int k = 0; k < EACH; ++k) sums[k] = 0;
    for (int start = 0; start < inner; start += TILE) {
        for (int e = thread; e < TILE * TILE; e += TILE * TILE / EACH) {
            const int i = e / TILE, j = e % TILE;
            As[i][j] = first + i < rows && start + j < inner ? A[(first + i) * inner + start + j] : Real(0);
            Bs[i][j] = start + i < inner && blockIdx.x * TILE + j < columns
                ? B[(start + i) * columns + blockIdx.x * TILE + j] : Real(0);
        }
        __syncthreads();
        for (int j = 0; j < TILE; ++j)
            for (int k = 0; k < EACH; ++k) sums[k] += As[threadIdx.y * EACH + k][j] * Bs[j][threadIdx.x];
        __syncthreads();
    }
    for (int k = 0; k < EACH; ++k) {
        const int row = first + threadIdx.y * EACH + k;
        if (row < rows && column < columns) C[row * columns + column] = sums[k];
    }
}

// The sum of x, in one order: each warp by shuffles, then the first warp the others' sums.
extern "C" __global__ void total(const Real* __restrict__ x, Real* out, int size)
{
    __shared__ Real of_warps[32];
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    Real sum = 0;
    for (int i = threadIdx.x; i < size; i += blockDim.x) sum += x[i];
    for (int by = 16; by > 0; by /= 2) sum += __shfl_down_sync(0xffffffffu, sum, by);
    if (lane == 0) of_warps[warp] = sum;
    __syncthreads();
    if (warp == 0) {
        sum = lane < blockDim.x / 32 ? of_warps[lane] : Real(0);
        for (int by = 16; by > 0; by /= 2) sum += __shfl_down_sync(0xffffffffu, sum, by);
        if (lane == 0) out[0] = sum;
    }
}

extern "C" __global__ void gathered(const Real* __restrict__ x, Real* __restrict__ y, int step, int size)
{
    extern __shared__ Real kept[];
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    kept[threadIdx.x] = i < size ? x[(i * step) % size] : Real(0);
    __syncthreads();
    if (i < size) y[i] = kept[blockDim.x - 1 - threadIdx.x];
}

// The sum of x by blocks of threads: each leaves a part, and the last to come adds the parts up.
extern "C" __global__ void over_blocks(const Real* x, double* parts, int* counter, double* out, int size)
{
    __shared__ double sums[64];
    __shared__ bool last;
    const int thread = threadIdx.x;
    double sum = 0;
    for (int i = blockIdx.x * 64 + thread; i < size; i += gridDim.x * 64) sum += x[i];
    sums[thread] = sum;
    __syncthreads();
    if (thread < 2) {
        sum = 0;
        for (int k = thread; k < 64; k += 2) sum += sums[k];
        parts[2 * blockIdx.x + thread] = sum;
    }
    __threadfence();
    __syncthreads();
    if (thread == 0) last = atomicAdd(counter, 1) == gridDim.x - 1;
    __syncthreads();
    if (!last || thread) return;
    sum = 0;
    for (int k = 0; k < 2 * gridDim.x; ++k) sum += parts[k];
    *out = sum;
}
