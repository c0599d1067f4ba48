// What the host sees of a kernel: what it takes, and a way to run it.
#pragma once
#include <utility>
#include "cuda.h"

namespace device {

int run_grid(const unsigned* grid, const unsigned* block, size_t dynamic, unsigned seed);    // the machine's

// A kernel compiled by CuPy flushes denormal float32 to 0 (-ftz=true).
struct FlushDenormals {
#if defined(__x86_64__)
    unsigned before;
    UNCHECKED FlushDenormals() {
        asm volatile("stmxcsr %0" : "=m"(before));
        unsigned flush = before | 0x8040;
        asm volatile("ldmxcsr %0" ::"m"(flush));
    }
    UNCHECKED ~FlushDenormals() { asm volatile("ldmxcsr %0" ::"m"(before)); }
#elif defined(__aarch64__)
    uint64_t before;
    UNCHECKED FlushDenormals() {
        asm volatile("mrs %0, fpcr" : "=r"(before));
        asm volatile("msr fpcr, %0" ::"r"(before | 1u << 24));
    }
    UNCHECKED ~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(before)); }
#endif
};

template <class... Arguments_> struct Call {
    void (*kernel)(Arguments_...);
    void** values;

    template <size_t... K_> UNCHECKED void make(std::index_sequence<K_...>) {
        kernel(*static_cast<std::remove_reference_t<Arguments_>*>(values[K_])...);
    }
    UNCHECKED static void body(void* self) { static_cast<Call*>(self)->make(std::index_sequence_for<Arguments_...>{}); }
};

template <class... Arguments_>
UNCHECKED int launch(void (*kernel)(Arguments_...), const unsigned* grid, const unsigned* block, size_t dynamic,
                     void** values, unsigned seed) {
    Call<Arguments_...> call{kernel, values};
    M.body = &Call<Arguments_...>::body;
    M.arguments = &call;
    FlushDenormals inside;
    return run_grid(grid, block, dynamic, seed);
}

// Three letters an argument: s scalar, r pointer to const, w pointer; f float, u unsigned, i int; its bytes.
template <class Argument_> void describe(char*& out) {
    using Value = std::remove_cv_t<std::remove_pointer_t<Argument_>>;
    const bool pointer = std::is_pointer_v<Argument_>;
    *out++ = !pointer ? 's' : std::is_const_v<std::remove_pointer_t<Argument_>> ? 'r' : 'w';
    *out++ = std::is_floating_point_v<Value> ? 'f' : std::is_unsigned_v<Value> ? 'u' : 'i';
    *out++ = char('0' + sizeof(Value));
    *out++ = ' ';
}
template <class... Arguments_> const char* signature(void (*)(Arguments_...)) {
    static char text[4 * sizeof...(Arguments_) + 1];
    char* out = text;
    (describe<Arguments_>(out), ...);
    *out = 0;
    return text;
}

}  // namespace device

#define EXPORT_KERNEL(symbol, ...)                                                                          \
    extern "C" const char* symbol##_signature() { return device::signature(&__VA_ARGS__); }                 \
    extern "C" int symbol##_launch(const unsigned* grid, const unsigned* block, size_t dynamic, void** values, \
                                   unsigned seed) {                                                         \
        return device::launch(&__VA_ARGS__, grid, block, dynamic, values, seed);                            \
    }
