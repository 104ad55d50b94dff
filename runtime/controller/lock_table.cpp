// Counting the holders of locks.

#include "runtime/controller/lock_table.h"

namespace tiphys::control {

void LockTable::set(const std::string& run, Holders held) {
    const auto known = held_.find(run);
    if (known == held_.end() ? held.empty() : known->second == held) return;
    if (known != held_.end()) {
        for (const auto& [name, holders] : known->second) {
            total_[name] -= static_cast<std::int64_t>(holders.size());
            if (total_[name] == 0) total_.erase(name);
        }
        held_.erase(known);
    }
    for (const auto& [name, holders] : held) {
        total_[name] += static_cast<std::int64_t>(holders.size());
    }
    if (!held.empty()) held_[run] = std::move(held);
    is_news_ = true;
}

LockTable::Counts LockTable::outside(const std::string& run) const {
    Counts others = total_;
    const auto own = held_.find(run);
    if (own == held_.end()) return others;
    for (const auto& [name, holders] : own->second) {
        others[name] -= static_cast<std::int64_t>(holders.size());
        if (others[name] == 0) others.erase(name);
    }
    return others;
}

std::vector<std::string> LockTable::holders_of(const std::string& lock) const {
    std::vector<std::string> all;
    for (const auto& [run, held] : held_) {
        const auto found = held.find(lock);
        if (found != held.end()) all.insert(all.end(), found->second.begin(), found->second.end());
    }
    return all;
}

} // namespace tiphys::control
