// Counting the holders of locks.

#include "runtime/controller/lock_table.h"

#include <algorithm>

namespace tiphys::control {

namespace {

/// Names of locks may differ from run to run: beyond that many no others are counted.
constexpr std::size_t kMostCounted = 10'000;

} // namespace

void LockTable::count_new(const Holders& known, const Holders& held) {
    for (const auto& [name, holders] : held) {
        if (!taken_.contains(name) && taken_.size() >= kMostCounted) continue;
        const auto before = known.find(name);
        for (const std::string& holder : holders) {
            const bool is_new = before == known.end() ||
                                std::find(before->second.begin(), before->second.end(), holder) ==
                                    before->second.end();
            if (is_new) ++taken_[name];
        }
    }
}

void LockTable::set(const std::string& run, Holders held) {
    const auto known = held_.find(run);
    if (known == held_.end() ? held.empty() : known->second == held) return;
    count_new(known == held_.end() ? Holders() : known->second, held);
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
