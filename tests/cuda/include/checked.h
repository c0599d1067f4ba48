// What compute-sanitizer does on a device: every load and store of a kernel is looked at.
//
// g++ -fsanitize=thread calls a function at each of them, -fsanitize=bounds,alignment,... at each doubtful number. Those
// functions are here, not the compiler's own libraries.
//
//   memory       outside of every argument and shared array, a store to a const argument, a misaligned access
//   beginnings   a load of shared memory that this block has not stored
//   races        two threads, one of them storing, with no barrier between them; of one block or of several, but for what
//                every thread of a block has fenced before the block's atomic, and another block reads after its own
//   barriers     are in the scheduler: threads that wait at different places, lanes that never come
#pragma once
#include <unordered_map>
#include <unordered_set>
#include "sectors.h"

namespace device {

Machine M;

struct Stamp { uint32_t block = 0, epoch = 0, warp_epoch = 0; int thread = -1; bool atomic = false; };
struct Cell { Stamp stored, loaded, loaded_too; const void *store_at = nullptr, *load_at = nullptr; };
struct Region {
    uintptr_t begin, end;
    unsigned word;    // bytes of a cell
    bool writable, shared;
    std::string name;
    std::vector<Cell> cells;
};
static std::vector<Region> regions;
static size_t latest = 0;    // where the last access was found
static uint64_t accesses;
constexpr uint64_t MOST = 2000000000ull;

static void add_region(uintptr_t begin, size_t bytes, unsigned word, bool writable, bool shared, const char* name) {
    regions.push_back({begin, begin + bytes, word, writable, shared, name, std::vector<Cell>((bytes + word - 1) / word)});
}

// What a block stored is public from an atomic on before which all its threads have called __threadfence. A block may look
// from its own atomic on: that thread at once, the others after a barrier.
static std::unordered_set<uint32_t> published;    // blocks
static std::vector<char> unfenced;    // threads of this block that have stored since their last fence
struct Look { uint32_t block = 0, epoch = 0; int thread = -1; };
static Look looks;

UNCHECKED void fence() { unfenced[M.running->number] = 0; }

UNCHECKED void launch_begins() {
    published.clear();
    looks = Look();
    sectors_begin();
    latest = 0, accesses = 0;
    if (M.dynamic_size)
        add_region(reinterpret_cast<uintptr_t>(M.dynamic), M.dynamic_size, 4, true, true, "dynamic shared memory");
}
UNCHECKED void block_begins() {
    unfenced.assign(M.count, 0);
    count_sectors();
}

// "@0x...@": the program counter; the host looks its line up.
static std::string line(const void* from) {
    char text[32];
    snprintf(text, sizeof text, "@%p@", reinterpret_cast<const char*>(from) - 1);
    return text;
}
static std::string place(const Region& r, uintptr_t at) { return r.name + "+" + std::to_string(at - r.begin); }

UNCHECKED bool comes_before(const Stamp& a, const Stamp& now) {
    if (a.block != now.block)
        return published.count(a.block) && looks.block == now.block && (looks.thread == now.thread || looks.epoch < now.epoch);
    if (a.thread == now.thread) return true;
    return a.epoch < now.epoch || (a.thread / 32 == now.thread / 32 && a.warp_epoch < now.warp_epoch);
}

UNCHECKED Region* region_of(uintptr_t at) {
    if (latest < regions.size() && at >= regions[latest].begin && at < regions[latest].end) return &regions[latest];
    for (size_t k = 0; k < regions.size(); ++k)
        if (at >= regions[k].begin && at < regions[k].end) return &regions[latest = k];
    return nullptr;
}

UNCHECKED void out_of_bounds(uintptr_t at, const std::string& what) {
    const Region* nearest = nullptr;
    uintptr_t distance = 1 << 20;
    for (const Region& r : regions) {
        const uintptr_t d = at < r.begin ? r.begin - at : at - r.end;
        if (d < distance) distance = d, nearest = &r;
    }
    if (!nearest) return fail("%s out of bounds, near no argument", what.c_str());
    fail("%s out of bounds: %zu bytes %s %s, which has %zu", what.c_str(), size_t(distance),
         at < nearest->begin ? "before" : "past the end of", nearest->name.c_str(), size_t(nearest->end - nearest->begin));
}

UNCHECKED void check_cell(Region& r, Cell& cell, uintptr_t at, bool store, const Stamp& now, const void* from) {
    const std::string what = line(from) + (store ? ": store to " : ": load of ");
    const bool known = r.shared ? cell.stored.block == now.block : cell.stored.thread >= 0;
    if (r.shared && !known && !store)
        return fail("%s%s, which this block has not written", what.c_str(), place(r, at).c_str());
    if (known && !comes_before(cell.stored, now) && !(cell.stored.atomic && now.atomic))
        return fail("race: %s%s, which thread %d of block #%u wrote at %s, with no barrier in between", what.c_str(),
                    place(r, at).c_str(), cell.stored.thread, cell.stored.block, line(cell.store_at).c_str());
    if (!store) {
        Stamp& room = cell.loaded.thread < 0 || comes_before(cell.loaded, now) ? cell.loaded : cell.loaded_too;
        room = now, cell.load_at = from;
        return;
    }
    for (const Stamp* s : {&cell.loaded, &cell.loaded_too})
        if (s->thread >= 0 && (!r.shared || s->block == now.block) && !comes_before(*s, now) && !(s->atomic && now.atomic))
            return fail("race: %s%s, which thread %d of block #%u read at %s, with no barrier in between", what.c_str(),
                        place(r, at).c_str(), s->thread, s->block, line(cell.load_at).c_str());
    cell.stored = now, cell.store_at = from;
    cell.loaded = cell.loaded_too = Stamp();
}

UNCHECKED void access(uintptr_t at, unsigned size, bool store, const void* from, bool atomic = false) {
    const Thread* t = M.running;
    if (!t) return;
    const uintptr_t stacks = reinterpret_cast<uintptr_t>(M.stacks);
    if (at >= stacks && at < stacks + M.stacks_made * STACK) return;    // a thread's own variables
    Region* r = region_of(at);
    if (!r || at + size > r->end)
        return out_of_bounds(r ? r->end : at, line(from) + (store ? ": store" : ": load") + " of " + std::to_string(size) +
                             " bytes");
    if (size <= 16 && (size & (size - 1)) == 0 && at % size)
        return fail("%s: misaligned access of %u bytes to %s", line(from).c_str(), size, place(*r, at).c_str());
    if (store && !r->writable)
        return fail("%s: store to %s, which the kernel takes as const", line(from).c_str(), r->name.c_str());
    if (++accesses > MOST) return fail("%s: given up after %zu accesses: an endless loop?", line(from).c_str(), size_t(MOST));
    const Stamp now{M.blocks_begun, M.epoch, M.warp_epochs[t->warp], t->number, atomic};
    for (uintptr_t k = (at - r->begin) / r->word; k <= (at + size - 1 - r->begin) / r->word; ++k)
        check_cell(*r, r->cells[k], at, store, now, from);
    if (!atomic) note_request(at, size, store, r->shared, from);
    if (store && !atomic && !r->shared) {
        unfenced[t->number] = 1;
        published.erase(now.block);
    }
}

UNCHECKED void atomic_access(const void* at, size_t size, const void* from) {
    if (std::find(unfenced.begin(), unfenced.end(), 1) == unfenced.end()) published.insert(M.blocks_begun);
    looks = {M.blocks_begun, M.epoch, M.running->number};
    access(reinterpret_cast<uintptr_t>(at), unsigned(size), true, from, true);
}

}  // namespace device

#include "hooks.h"
