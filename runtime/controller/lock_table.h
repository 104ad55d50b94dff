#pragma once
// Locks between the runs of one controller: who holds how many places of which.
// Argo: workflow/sync/sync_manager.go.

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace tiphys::control {

class LockTable {
public:
    using Counts = std::map<std::string, std::int64_t>;

    /// What a run holds now, by name of the lock.
    void set(const std::string& run, Counts held);
    /// What all others hold.
    [[nodiscard]] Counts outside(const std::string& run) const;

    /// Whether anything has changed since the last call.
    [[nodiscard]] bool take_news() { return std::exchange(is_news_, false); }

private:
    bool is_news_ = false;
    std::map<std::string, Counts> held_;
    Counts total_;
};

} // namespace tiphys::control
