// The functions that g++'s sanitizers call, and what the host asks of a checked kernel.
#pragma once
#include <cstdlib>

#define FROM __builtin_return_address(0)
extern "C" {
#define HOOKS(size)                                                                                            \
    UNCHECKED void __tsan_read##size(void* p) { device::access(uintptr_t(p), size, false, FROM); }             \
    UNCHECKED void __tsan_write##size(void* p) { device::access(uintptr_t(p), size, true, FROM); }             \
    UNCHECKED void __tsan_unaligned_read##size(void* p) { device::access(uintptr_t(p), size, false, FROM); }   \
    UNCHECKED void __tsan_unaligned_write##size(void* p) { device::access(uintptr_t(p), size, true, FROM); }
HOOKS(1) HOOKS(2) HOOKS(4) HOOKS(8) HOOKS(16)
UNCHECKED void __tsan_read_range(void* p, unsigned long n) { device::access(uintptr_t(p), unsigned(n), false, FROM); }
UNCHECKED void __tsan_write_range(void* p, unsigned long n) { device::access(uintptr_t(p), unsigned(n), true, FROM); }
UNCHECKED void* __tsan_memset(void* p, int byte, size_t n) {
    if (n) device::access(uintptr_t(p), unsigned(n), true, FROM);
    return memset(p, byte, n);
}
UNCHECKED void* __tsan_memcpy(void* to, const void* source, size_t n) {
    if (n) device::access(uintptr_t(source), unsigned(n), false, FROM), device::access(uintptr_t(to), unsigned(n), true, FROM);
    return memcpy(to, source, n);
}
UNCHECKED void* __tsan_memmove(void* to, const void* source, size_t n) { return __tsan_memcpy(to, source, n); }
UNCHECKED void __tsan_init() {}
UNCHECKED void __tsan_func_entry(void*) {}
UNCHECKED void __tsan_func_exit() {}

struct Where { const char* file; uint32_t line, column; };
#define FAULT(name, what)                                                                                     \
    UNCHECKED void __ubsan_handle_##name(Where* w) { device::fail("%s:%u: " what, w->file, w->line); }        \
    UNCHECKED void __ubsan_handle_##name##_abort(Where* w) { __ubsan_handle_##name(w); abort(); }
FAULT(out_of_bounds, "index outside of an array's declared bounds")
FAULT(type_mismatch_v1, "misaligned access, or one through a null pointer")
FAULT(shift_out_of_bounds, "shift by more than the number has bits, or by less than none")
FAULT(add_overflow, "overflow of an int in +")
FAULT(sub_overflow, "overflow of an int in -")
FAULT(mul_overflow, "overflow of an int in *")
FAULT(negate_overflow, "overflow of an int in a negation")
FAULT(divrem_overflow, "division by zero, or overflow in one")
FAULT(pointer_overflow, "overflow of a pointer")

const char* device_error() { return device::M.error; }

void device_regions(int count, const unsigned long* begin, const unsigned long* bytes, const unsigned* word,
                    const unsigned char* writable, const unsigned char* shared, const char** names, unsigned blocks) {
    device::regions.clear();
    device::counted_blocks = blocks;
    for (int k = 0; k < count; ++k) device::add_region(begin[k], bytes[k], word[k], writable[k], shared[k], names[k]);
}

// Fills a row a line, up to `most`: program counter, requests, units, ideal, size, shared, store.
int device_sectors(int most, unsigned long (*rows)[7]) {
    device::count_sectors();
    int k = 0;
    for (auto& [from, line] : device::lines) {
        if (k == most) break;
        const unsigned long row[7] = {uintptr_t(from) - 1, line.requests, line.units, line.ideal, line.size, line.shared,
                                      line.store};
        memcpy(rows[k++], row, sizeof row);
    }
    return k;
}
}
