// The machine without checks: fast.
#pragma once
#include "scheduler.h"

namespace device {
Machine M;
void launch_begins() {}
void block_begins() {}
void fence() {}
void atomic_access(const void*, size_t, const void*) {}
}  // namespace device

extern "C" const char* device_error() { return device::M.error; }
