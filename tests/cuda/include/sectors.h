// How a kernel's warps meet memory: the k-th time that a line's instruction is executed by the lanes of a warp is one
// request, which touches sectors of 32 bytes of global memory, or needs turns at the 32 banks of shared memory.
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include "scheduler.h"

namespace device {

struct Line { uint64_t requests = 0, units = 0, ideal = 0; unsigned size = 0; bool shared = false, store = false; };
struct Request { int lanes = 0; unsigned size = 0; bool shared = false, store = false; uintptr_t at[32]; };
static std::map<const void*, Line> lines;
static std::map<std::pair<const void*, uint64_t>, Request> open_requests;    // of the block under way
static std::vector<std::unordered_map<const void*, uint32_t>> executed;      // by each thread, of this block
static uint32_t counted_blocks = 0;    // so many blocks are looked at

UNCHECKED void sectors_begin() {
    lines.clear();
    open_requests.clear();
    executed.assign(M.count, {});
}

UNCHECKED void note_request(uintptr_t at, unsigned size, bool store, bool shared, const void* from) {
    if (M.blocks_begun > counted_blocks) return;
    const Thread* t = M.running;
    Request& r = open_requests[{from, uint64_t(t->warp) << 32 | executed[t->number][from]++}];
    if (r.lanes < 32) r.at[r.lanes++] = at;
    r.size = size, r.store = store, r.shared = shared;
}

UNCHECKED uint64_t touched_sectors(const Request& r) {
    std::vector<uintptr_t> sectors;
    for (int k = 0; k < r.lanes; ++k)
        for (uintptr_t s = r.at[k] >> 5; s <= (r.at[k] + r.size - 1) >> 5; ++s) sectors.push_back(s);
    std::sort(sectors.begin(), sectors.end());
    return std::unique(sectors.begin(), sectors.end()) - sectors.begin();
}

// Lanes that want different words of one bank take turns; 8 and 16 bytes go by halves and quarters of a warp.
UNCHECKED uint64_t turns(const Request& r, uint64_t& ideal) {
    uint64_t found = 0;
    const int together = r.size >= 16 ? 8 : r.size == 8 ? 16 : 32;
    for (int first = 0; first < r.lanes; first += together, ++ideal) {
        std::vector<uintptr_t> words;
        for (int k = first; k < std::min(r.lanes, first + together); ++k)
            for (unsigned offset = 0; offset < r.size; offset += 4) words.push_back((r.at[k] + offset) >> 2);
        std::sort(words.begin(), words.end());
        words.erase(std::unique(words.begin(), words.end()), words.end());
        uint64_t in_bank[32] = {}, worst = 1;
        for (uintptr_t w : words) worst = std::max(worst, ++in_bank[w & 31]);
        found += worst;
    }
    return found;
}

UNCHECKED void count_sectors() {
    for (auto& [key, r] : open_requests) {
        Line& line = lines[key.first];
        line.size = r.size, line.shared = r.shared, line.store = r.store;
        ++line.requests;
        if (r.shared) {
            line.units += turns(r, line.ideal);
        } else {
            line.units += touched_sectors(r);
            line.ideal += (r.lanes * r.size + 31) / 32;
        }
    }
    open_requests.clear();
    for (auto& counts : executed) counts.clear();
}

}  // namespace device
