// Counting the holders of locks.

#include "runtime/controller/lock_table.h"

namespace tiphys::control {

void LockTable::set(const std::string& run, Counts held) {
    const auto known = held_.find(run);
    if (known == held_.end() ? held.empty() : known->second == held) return;
    if (known != held_.end()) {
        for (const auto& [name, count] : known->second) {
            total_[name] -= count;
            if (total_[name] == 0) total_.erase(name);
        }
        held_.erase(known);
    }
    for (const auto& [name, count] : held) {
        total_[name] += count;
    }
    if (!held.empty()) held_[run] = std::move(held);
    is_news_ = true;
}

LockTable::Counts LockTable::outside(const std::string& run) const {
    Counts others = total_;
    const auto own = held_.find(run);
    if (own == held_.end()) return others;
    for (const auto& [name, count] : own->second) {
        others[name] -= count;
        if (others[name] == 0) others.erase(name);
    }
    return others;
}

} // namespace tiphys::control
