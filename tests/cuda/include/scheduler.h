// Running a grid: its blocks one after the other, the threads of a block from barrier to barrier.
//
// Each thread runs as far as it can before the next begins, so that a forgotten barrier shows as a wrong result, not now
// and then. `seed` is the order: 0 from the first thread, 1 from the last, others shuffled anew at every barrier.
#pragma once
#include <algorithm>
#include <sys/mman.h>
#include <vector>
#include "fibers.h"
#include "switch.h"

namespace device {

void launch_begins();    // the checks' hooks
void block_begins();

static std::vector<Thread> threads;
static std::vector<uint32_t> warp_epochs;

UNCHECKED inline void thread_main() {
    M.body(M.arguments);
    stop();
}

// The thread's stack as device_switch would have left it, about to return into thread_main.
UNCHECKED inline void prepare(Thread& t) {
    void** top = reinterpret_cast<void**>(M.stacks + (size_t(t.number) + 1) * STACK) - 2 - ROOM;
    memset(top, 0, (ROOM + 2) * sizeof(void*));
    top[RETURNS_TO] = reinterpret_cast<void*>(&thread_main);
    t.stack = top;
    t.state = READY;
}

UNCHECKED inline bool run_ready(const std::vector<int>& order) {
    bool ran = false;
    for (int i : order)
        if (threads[i].state == READY && !M.failed) {
            ran = true;
            M.running = &threads[i];
            device_switch(&M.scheduler, M.running->stack);
            M.running = nullptr;
        }
    return ran;
}

// Lets a warp go on whose waiting lanes have all come; lanes that have returned do not count.
UNCHECKED inline bool release(size_t warp) {
    const size_t first = warp * 32, stop = std::min(first + 32, threads.size());
    unsigned waiting = 0, alive = 0, wanted = 0;
    const char* site = nullptr;
    for (size_t i = first; i < stop; ++i) {
        const Thread& t = threads[i];
        if (t.state != DONE) alive |= 1u << t.lane;
        if (t.state != AT_WARP) continue;
        waiting |= 1u << t.lane;
        wanted |= t.lanes;
        if (!site) site = t.site;
        if (t.site != site) fail("warp %zu: lanes wait at different places: %s and %s", warp, site, t.site);
    }
    if (M.failed || !waiting || (wanted & alive & ~waiting)) return false;
    for (size_t i = first; i < stop; ++i)
        if (threads[i].state == AT_WARP) threads[i].state = READY;
    ++warp_epochs[warp];
    return true;
}

// Lets the block pass its barrier; says what is wrong where it cannot. False: all threads have returned.
UNCHECKED inline bool pass_barrier() {
    size_t there = 0, returned = 0, in_warps = 0;
    const char *site = nullptr, *warp_site = nullptr;
    for (const Thread& t : threads) {
        returned += t.state == DONE;
        if (t.state == AT_WARP) ++in_warps, warp_site = t.site;
        if (t.state != AT_BLOCK) continue;
        ++there;
        if (!site) site = t.site;
        if (site != t.site) fail("divergent barrier: threads of a block wait at %s and at %s", site, t.site);
    }
    if (returned == threads.size() || M.failed) return false;
    if (in_warps)
        fail("deadlock: %zu threads wait at %s for lanes that never come (%zu at a block's barrier, %zu have returned)",
             in_warps, warp_site, there, returned);
    else if (returned)
        fail("divergent barrier: %zu threads wait at %s but %zu have returned", there, site, returned);
    for (Thread& t : threads) t.state = READY;
    ++M.epoch;
    for (uint32_t& epoch : warp_epochs) ++epoch;
    return !M.failed;
}

UNCHECKED inline void run_block(std::vector<int>& order, unsigned seed, uint64_t& random) {
    M.epoch = 0;
    ++M.blocks_begun;
    std::fill(warp_epochs.begin(), warp_epochs.end(), 0);
    if (M.dynamic) memset(M.dynamic, 0xff, M.dynamic_size);    // not a number
    block_begins();
    for (Thread& t : threads) prepare(t);
    for (;;) {
        if (seed > 1)
            for (size_t i = order.size() - 1; i > 0; --i) {
                random = random * 6364136223846793005ull + 1442695040888963407ull;
                std::swap(order[i], order[(random >> 33) % (i + 1)]);
            }
        run_ready(order);
        bool released = false;
        for (size_t warp = 0; warp < warp_epochs.size() && !M.failed; ++warp) released |= release(warp);
        if (M.failed || (!released && !pass_barrier())) return;
    }
}

int run_grid(const unsigned* grid, const unsigned* block, size_t dynamic, unsigned seed) {
    const size_t count = size_t(block[0]) * block[1] * block[2];
    M.failed = false;
    M.running = nullptr;
    M.grid_size = {grid[0], grid[1], grid[2]};
    M.block_size = {block[0], block[1], block[2]};
    if (!count || count > 1024 || block[2] > 64 || !grid[0] || !grid[1] || !grid[2] || grid[1] > 65535 ||
        grid[2] > 65535 || dynamic > 232448) {
        fail("invalid launch: grid (%u,%u,%u), block (%u,%u,%u), %zu bytes of shared memory", grid[0], grid[1], grid[2],
             block[0], block[1], block[2], dynamic);
        return 1;
    }
    if (M.stacks_made < count) {
        if (M.stacks) munmap(M.stacks, M.stacks_made * STACK);
        M.stacks = static_cast<char*>(mmap(nullptr, count * STACK, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        M.stacks_made = count;
    }
    threads.assign(count, Thread{});
    warp_epochs.assign((count + 31) / 32, 0);
    M.first = threads.data(), M.count = int(count), M.warp_epochs = warp_epochs.data();
    std::vector<int> order(count);
    for (size_t i = 0; i < count; ++i) {
        Thread& t = threads[i];
        t.number = int(i), t.lane = int(i % 32), t.warp = int(i / 32);
        t.index = {unsigned(i % block[0]), unsigned(i / block[0] % block[1]), unsigned(i / block[0] / block[1])};
        order[i] = int(seed == 1 ? count - 1 - i : i);
    }
    std::vector<char> shared(dynamic + 256);
    M.dynamic = dynamic ? shared.data() + (-reinterpret_cast<uintptr_t>(shared.data()) & 255) : nullptr;
    M.dynamic_size = dynamic;
    M.blocks_begun = 0;
    launch_begins();
    uint64_t random = seed;
    for (M.block.z = 0; M.block.z < grid[2]; ++M.block.z)
        for (M.block.y = 0; M.block.y < grid[1]; ++M.block.y)
            for (M.block.x = 0; M.block.x < grid[0]; ++M.block.x) {
                run_block(order, seed, random);
                if (M.failed) return 1;
            }
    return 0;
}

}  // namespace device
