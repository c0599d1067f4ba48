// The threads of a block as fibers: one runs until it waits, then the next one does.
#pragma once
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>

#define UNCHECKED __attribute__((noinline, no_sanitize("thread", "undefined")))    // the emulator's own code

struct uint3 { unsigned x, y, z; };
struct dim3 { unsigned x = 1, y = 1, z = 1; };

namespace device {

constexpr size_t STACK = 64 << 10;    // bytes of a thread's stack

enum State : uint8_t { READY, AT_BLOCK, AT_WARP, DONE };

struct Thread {
    void* stack;
    uint3 index;
    int number, lane, warp;
    State state;
    const char* site;     // where it waits
    unsigned lanes;       // and with which lanes of its warp
    uint64_t offered;     // to the others, in an exchange
};

// All there is: one block runs at a time. epoch, warp_epochs: barriers passed, by the block and by each warp.
struct Machine {
    uint3 block{};
    dim3 block_size, grid_size;
    Thread* first = nullptr;    // of the block's threads
    int count = 0;
    uint32_t* warp_epochs = nullptr;
    uint32_t epoch = 0, blocks_begun = 0;
    Thread* running = nullptr;
    void* scheduler = nullptr;
    void (*body)(void*) = nullptr;
    void* arguments = nullptr;
    char* stacks = nullptr;
    size_t stacks_made = 0;
    char* dynamic = nullptr;    // shared memory whose size the launch gives
    size_t dynamic_size = 0;
    bool failed = false;
    char error[2048];
};
extern Machine M;

extern "C" void device_switch(void** from, void* to);

UNCHECKED inline void wait_for_turn() { device_switch(&M.running->stack, M.scheduler); }

[[noreturn]] UNCHECKED inline void stop() {
    M.running->state = DONE;
    for (;;) wait_for_turn();
}

// The first failure is kept; its thread stops.
UNCHECKED inline void fail(const char* format, ...) {
    if (!M.failed) {
        char text[1500];
        va_list values;
        va_start(values, format);
        vsnprintf(text, sizeof text, format, values);
        va_end(values);
        M.failed = true;
        const Thread* t = M.running;
        if (t)
            snprintf(M.error, sizeof M.error, "%s [block (%u,%u,%u) thread (%u,%u,%u)]", text, M.block.x, M.block.y,
                     M.block.z, t->index.x, t->index.y, t->index.z);
        else
            snprintf(M.error, sizeof M.error, "%s", text);
    }
    if (M.running) stop();
}

UNCHECKED inline void wait_for_block(const char* site) {
    M.running->state = AT_BLOCK;
    M.running->site = site;
    wait_for_turn();
}

UNCHECKED inline void wait_for_lanes(unsigned lanes, const char* site) {
    Thread* me = M.running;
    if (!(lanes >> me->lane & 1)) fail("%s: lane %d calls with mask 0x%08x that leaves it out", site, me->lane, lanes);
    me->state = AT_WARP;
    me->site = site;
    me->lanes = lanes;
    wait_for_turn();
}

UNCHECKED inline Thread* in_lane(int lane) {
    Thread* found = M.running - M.running->lane + lane;
    return found < M.first + M.count ? found : nullptr;
}

// What the thread in lane `from` offers; all lanes of the mask take part.
template <class Word_> UNCHECKED Word_ exchange(unsigned lanes, Word_ mine, int from, const char* site) {
    static_assert(sizeof(Word_) <= 8);
    Thread* me = M.running;
    memcpy(&me->offered, &mine, sizeof(Word_));
    wait_for_lanes(lanes, site);
    const bool inside = from >= 0 && from < 32;
    if (inside && (!(lanes >> from & 1) || !in_lane(from)))
        fail("%s: lane %d reads lane %d, which is not in mask 0x%08x", site, me->lane, from, lanes);
    Word_ found = mine;
    if (inside) memcpy(&found, &in_lane(from)->offered, sizeof(Word_));
    wait_for_lanes(lanes, site);
    return found;
}

// A bit for each lane whose threads said yes.
UNCHECKED inline unsigned vote(unsigned lanes, bool yes, const char* site) {
    M.running->offered = yes;
    wait_for_lanes(lanes, site);
    unsigned found = 0;
    for (int lane = 0; lane < 32; ++lane)
        if (lanes >> lane & 1 && in_lane(lane) && in_lane(lane)->offered) found |= 1u << lane;
    wait_for_lanes(lanes, site);
    return found;
}

}  // namespace device
