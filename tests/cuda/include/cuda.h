// CUDA's words for g++: included before an unmodified .cu file. Left out: inline PTX, cooperative groups, half floats.
#pragma once
#include <math.h>
#include <type_traits>
#include "fibers.h"

#define __CUDA_ARCH__ 750
#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __shared__ static    // blocks run one after the other, so that one memory serves them all
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __align__(n) alignas(n)

struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(16) double2 { double x, y; };
struct alignas(16) int4 { int x, y, z, w; };
struct alignas(4) uchar4 { unsigned char x, y, z, w; };

// -- where a thread is. Checked code asks these often, and they are the emulator's own
#ifdef CHECKED
#define PLACE UNCHECKED inline
#else
#define PLACE inline
#endif
namespace device {
PLACE uint3 thread_index() { return M.running->index; }
PLACE uint3 block_index() { return M.block; }
PLACE dim3 block_size() { return M.block_size; }
PLACE dim3 grid_size() { return M.grid_size; }
PLACE void* dynamic_shared() { return M.dynamic; }
}  // namespace device
#define threadIdx (device::thread_index())
#define blockIdx (device::block_index())
#define blockDim (device::block_size())
#define gridDim (device::grid_size())
constexpr int warpSize = 32;

// -- waiting; SITE gives each call a string of its own, so that different calls can be told apart by address
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define SITE(what) (__FILE__ ":" TEXT(__LINE__) ": " what "\0" TEXT(__COUNTER__))
#define FIRST(a, ...) a
#define __syncthreads() device::wait_for_block(SITE("__syncthreads"))
#define __syncwarp(...) device::wait_for_lanes(FIRST(__VA_ARGS__ __VA_OPT__(, ) 0xffffffffu), SITE("__syncwarp"))
namespace device { void fence(); }
#define __threadfence() device::fence()
#define __threadfence_block() ((void)0)

// -- between the lanes of a warp, in runs of `width`
namespace device {
PLACE int own_run(int width) { return M.running->lane & ~(width - 1); }
template <class Word_> UNCHECKED Word_ shuffle(unsigned lanes, Word_ mine, int lane, int width, const char* site) {
    return exchange(lanes, mine, own_run(width) + (lane & (width - 1)), site);
}
template <class Word_> UNCHECKED Word_ shuffle_xor(unsigned lanes, Word_ mine, int bits, int width, const char* site) {
    const int lane = M.running->lane, other = lane ^ bits;
    return exchange(lanes, mine, other < own_run(width) + width ? other : lane, site);
}
template <class Word_> UNCHECKED Word_ shuffle_by(unsigned lanes, Word_ mine, int by, int width, const char* site) {
    const int lane = M.running->lane, other = lane + by, first = own_run(width);
    return exchange(lanes, mine, other >= first && other < first + width ? other : lane, site);
}
}  // namespace device
#define SHUFFLE(name, lanes, mine, other, width, ...) device::name(lanes, mine, other, width, SITE("__shfl_sync"))
#define __shfl_sync(lanes, mine, ...) SHUFFLE(shuffle, lanes, mine, __VA_ARGS__, 32, 0)
#define __shfl_xor_sync(lanes, mine, ...) SHUFFLE(shuffle_xor, lanes, mine, __VA_ARGS__, 32, 0)
#define __shfl_down_sync(lanes, mine, ...) SHUFFLE(shuffle_by, lanes, mine, __VA_ARGS__, 32, 0)
#define __shfl_up_sync(lanes, mine, ...) SHUFFLE(shuffle_by, lanes, mine, -(__VA_ARGS__), 32, 0)
#define __ballot_sync(lanes, yes) device::vote(lanes, yes, SITE("__ballot_sync"))
#define __any_sync(lanes, yes) (device::vote(lanes, yes, SITE("__any_sync")) != 0)
#define __all_sync(lanes, yes) (device::vote(lanes, !(yes), SITE("__all_sync")) == 0)

// -- atomics
namespace device {
void atomic_access(const void* at, size_t size, const void* from);
template <class Word_, class Change_> UNCHECKED Word_ changed(Word_* at, Change_ change) {
    atomic_access(at, sizeof(Word_), __builtin_return_address(0));
    const Word_ before = *at;
    *at = change(before);
    return before;
}
}  // namespace device
template <class Word_> inline Word_ atomicAdd(Word_* at, std::common_type_t<Word_> v) {
    return device::changed(at, [=](Word_ was) { return Word_(was + v); });
}
template <class Word_> inline Word_ atomicMax(Word_* at, std::common_type_t<Word_> v) {
    return device::changed(at, [=](Word_ was) { return v > was ? Word_(v) : was; });
}
template <class Word_> inline Word_ atomicCAS(Word_* at, std::common_type_t<Word_> old, std::common_type_t<Word_> v) {
    return device::changed(at, [=](Word_ was) { return was == old ? Word_(v) : was; });
}

// -- arithmetic that C++ has under other names
template <class Word_> __forceinline__ Word_ __ldg(const Word_* at) { return *at; }
template <class Word_> __forceinline__ Word_ __ldcg(const Word_* at) { return *at; }
template <class A_, class B_> inline auto min(A_ a, B_ b) -> std::common_type_t<A_, B_> { return b < a ? b : a; }
template <class A_, class B_> inline auto max(A_ a, B_ b) -> std::common_type_t<A_, B_> { return a < b ? b : a; }
inline float rsqrtf(float x) { return 1.f / sqrtf(x); }
inline double rsqrt(double x) { return 1.0 / sqrt(x); }
inline float __int_as_float(int bits) { float found; memcpy(&found, &bits, 4); return found; }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
